import type { RoomEvent } from '#shared/contract/index.ts';
import type { Core } from '#core/create-core.ts';

export type CoreHolder = {
  /** The core of this moment: another workspace brings another core. */
  readonly core: () => Core;
  readonly onCoreChanged: (listener: () => void) => () => void;
};

/** Events of whichever core is in place; a page hears when it is another one. Answers with the function that ends it. */
export function followEvents(holder: CoreHolder, listener: (event: RoomEvent) => void): () => void {
  let unsubscribe = holder.core().events.subscribe(listener);
  const stopWatching = holder.onCoreChanged(() => {
    unsubscribe();
    unsubscribe = holder.core().events.subscribe(listener);
    listener({ name: 'workspace.switched', payload: {} });
  });
  return () => {
    unsubscribe();
    stopWatching();
  };
}
