import type { Notice, Ports } from '../ports.ts';
import type { Outside } from './outside.ts';

/**
 * Tells somebody, on this computer and outside. Where a webhook is set it has to take it: a notification on a computer
 * that nobody looks at reaches nobody. @returns true when a person is reached.
 */
export async function reach(
  notice: Notice,
  { ports, outside }: { readonly ports: Pick<Ports, 'notify'>; readonly outside: Outside },
): Promise<boolean> {
  const isShown = ports.notify(notice);
  const posted = await outside.post(notice, notice.urgency === 'critical' ? 'alarm' : 'good');
  return posted === null ? isShown : posted.isTaken;
}
