import type { Handlers } from '../dispatcher.ts';
import type { Fleet } from './fleet.ts';

type InstanceMethods = 'instances.list' | 'instances.get';

export function instanceHandlers(deps: { readonly fleet: () => Fleet }): Pick<Handlers, InstanceMethods> {
  const { fleet } = deps;
  return {
    'instances.list': async () => fleet().view(),
    'instances.get': async ({ id }) => fleet().viewOne(id),
  };
}
