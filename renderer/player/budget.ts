/** Memory for decoded frames over all open clips of this page. */
export const FRAME_BUDGET_BYTES = 768 * 1024 * 1024;

type Share = { wantedBytes: number; allottedBytes: number; readonly onChange: () => void };
const shares = new Set<Share>();

/**
 * Claims memory for a clip's frames. Small clips get all they want; the rest is split equally among the
 * large ones. `onChange` runs when another clip's coming or going changed this share.
 */
export function claimBytes(
  wantedBytes: number,
  onChange: () => void,
): { readonly allottedBytes: () => number; readonly release: () => void } {
  const share: Share = { wantedBytes, allottedBytes: 0, onChange };
  shares.add(share);
  divide();
  return {
    allottedBytes: () => share.allottedBytes,
    release: () => {
      shares.delete(share);
      divide();
    },
  };
}

function divide(): void {
  let leftBytes = FRAME_BUDGET_BYTES;
  const bySize = [...shares].sort((a, b) => a.wantedBytes - b.wantedBytes);
  for (const [index, share] of bySize.entries()) {
    const allottedBytes = Math.min(share.wantedBytes, Math.floor(leftBytes / (bySize.length - index)));
    leftBytes -= allottedBytes;
    if (allottedBytes === share.allottedBytes) continue;
    share.allottedBytes = allottedBytes;
    share.onChange();
  }
}
