/** Memory for decoded frames over all open clips of this page. */
const PAGE_BYTES = 768 * 1024 * 1024;

type Share = { wantedBytes: number; allottedBytes: number; readonly onChange: () => void };

/** A clip's part of the memory. */
export type FrameClaim = {
  readonly allottedBytes: () => number;
  /** Asks for another amount, once the true size of a frame is known. */
  readonly want: (wantedBytes: number) => void;
  readonly release: () => void;
};

/** Memory for decoded frames, shared by all clips that claim of it. */
export type FrameBudget = {
  /**
   * Small clips get all they want; the rest is split equally among the large ones. `onChange` runs when
   * another clip's coming or going changed this share.
   */
  readonly claim: (wantedBytes: number, onChange: () => void) => FrameClaim;
  /** Bytes allotted to the clips that are open now. */
  readonly allottedBytes: () => number;
};

/** A budget of so many bytes for all its clips together. */
export function createFrameBudget(totalBytes: number): FrameBudget {
  const shares = new Set<Share>();
  const divide = (quiet: Share | null): void => {
    let leftBytes = totalBytes;
    const bySize = [...shares].sort((a, b) => a.wantedBytes - b.wantedBytes);
    const changed: Share[] = [];
    for (const [index, share] of bySize.entries()) {
      const allottedBytes = Math.min(share.wantedBytes, Math.floor(leftBytes / (bySize.length - index)));
      leftBytes -= allottedBytes;
      if (allottedBytes === share.allottedBytes) continue;
      share.allottedBytes = allottedBytes;
      if (share !== quiet) changed.push(share);
    }
    // Only when every share is known: who is told acts on its own at once.
    for (const share of changed) share.onChange();
  };
  return {
    claim: (wantedBytes, onChange) => {
      const share: Share = { wantedBytes, allottedBytes: 0, onChange };
      shares.add(share);
      divide(share);
      return {
        allottedBytes: () => share.allottedBytes,
        want: (bytes) => {
          share.wantedBytes = bytes;
          divide(share);
        },
        release: () => {
          shares.delete(share);
          divide(null);
        },
      };
    },
    allottedBytes: () => [...shares].reduce((sum, share) => sum + share.allottedBytes, 0),
  };
}

/** The budget of this page: what every comparison uses when it is not given another. */
export const pageBudget = createFrameBudget(PAGE_BYTES);
