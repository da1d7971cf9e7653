import { remoteLaunchSchema, type RemoteLaunch } from '#shared/model/remote-run.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';

const toLaunch = ({ record }: { readonly record: string }): RemoteLaunch =>
  remoteLaunchSchema.parse(JSON.parse(record));

export const remoteLaunchReads = {
  'remoteLaunch.list': (
    { sql }: StoreContext,
    input: { readonly instanceId: string | null; readonly limit: number },
  ): RemoteLaunch[] =>
    sql
      .all<{ record: string }>(
        `SELECT record FROM remote_launch WHERE instance_id = coalesce(?, instance_id)
         ORDER BY logical_clock DESC LIMIT ?`,
        [input.instanceId, input.limit],
      )
      .map(toLaunch),

  'remoteLaunch.ofStep': ({ sql }: StoreContext, input: { readonly stepId: string }): RemoteLaunch | null => {
    const row = sql.get<{ record: string }>('SELECT record FROM remote_launch WHERE step_id = ?', [input.stepId]);
    return row === undefined ? null : toLaunch(row);
  },
};

export const remoteLaunchWrites = {
  'remoteLaunch.keep': (
    context: StoreContext,
    input: { readonly hostKey: string; readonly actor: string; readonly launch: RemoteLaunch },
  ): null => {
    const { hostKey, actor, launch } = input;
    commitEvent(context, { hostKey, actor, wallTime: launch.at, type: 'run.launched', payload: launch });
    return null;
  },
};
