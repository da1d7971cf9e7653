import { useId, useState, type ReactNode } from 'react';
import type { EnvironmentView } from '#shared/model/environment.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { EnvironmentChanges } from './environment-changes.tsx';

/** Holds the environment of a machine against one that is known to be good, or against another machine's. */
export function CompareSheet({
  view,
  onClose,
}: {
  readonly view: EnvironmentView;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const fleet = useRoomQuery('instances.list', {});
  const [picked, setChosen] = useState<string | null>(null);
  const [newest] = view.pins;
  const chosen = picked ?? (newest === undefined ? '' : `hash ${newest.hash}`);
  const [kind, value] = chosen.split(' ');
  const other = kind === 'hash' ? { hash: value ?? '' } : { instanceId: value ?? '' };
  const compared = useRoomQuery(
    'environment.compare',
    { instanceId: view.instanceId, other },
    { enabled: chosen !== '' },
  );
  const machines = (fleet.data?.items ?? []).filter((item) => item.id !== view.instanceId);
  return (
    <Sheet
      title="Compare the environment"
      isOpen
      wide
      onClose={onClose}
      footer={
        <button type="button" className="btn" onClick={onClose}>
          Close
        </button>
      }
    >
      <div className="remote-form">
        <div>
          <label className="label" htmlFor={id}>
            With
          </label>
          <div className="field">
            <select id={id} value={chosen} onChange={({ target }) => setChosen(target.value)}>
              <option value="">Choose a state or a machine</option>
              {view.pins.map((pin) => (
                <option key={`${pin.hash} ${pin.at}`} value={`hash ${pin.hash}`}>
                  {pin.name}, of machine {pin.instanceId}
                </option>
              ))}
              {machines.map((item) => (
                <option key={item.id} value={`machine ${item.id}`}>
                  machine {item.label ?? ''} {item.id}
                </option>
              ))}
            </select>
          </div>
        </div>
        {chosen === '' ? (
          <p className="why">A state that was remembered as good, or a machine whose environment was looked at.</p>
        ) : compared.error !== null ? (
          <ErrorState inline title="Not compared" error={compared.error} />
        ) : compared.data === undefined ? (
          <p className="why">Comparing</p>
        ) : (
          <>
            <p>
              <StateMark
                shape={compared.data.isSame ? 'ok' : 'warn'}
                word={compared.data.isSame ? 'The same' : 'Differs'}
              />{' '}
              <span className="t2">{compared.data.words}</span>
            </p>
            {compared.data.changes.length === 0 ? null : (
              <EnvironmentChanges changes={compared.data.changes} words={{ before: 'There', after: 'Here' }} />
            )}
          </>
        )}
      </div>
    </Sheet>
  );
}
