import { useId, useState, type ReactNode } from 'react';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { setOpened, useConfig } from './config-store.ts';

function FormSheet({
  title,
  verb,
  isReady,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  readonly verb: string;
  readonly isReady: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <Sheet
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={id} className="btn pri" disabled={!isReady}>
            {verb}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="config-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onSubmit();
        }}
      >
        {children}
      </form>
    </Sheet>
  );
}

/** Opens a file of this computer, or one of a checkout on a machine. What is unsaved is asked about first. */
export function OpenSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const id = useId();
  const { call } = useRoom();
  const { text, savedText } = useConfig();
  const fleet = useRoomQuery('instances.list', {});
  const machines = fleet.data?.items ?? [];
  const [from, setFrom] = useState<'file' | 'machine'>('file');
  const [path, setPath] = useState('');
  const [instanceId, setInstanceId] = useState('');
  const [checkout, setCheckout] = useState('/workspace/BlueprintValidation');
  const [inside, setInside] = useState('configs/interiorgs_kitchen_0787.cloud.yaml');
  const [isSending, setIsSending] = useState(false);
  const isReady = !isSending && (from === 'file' ? path.trim() !== '' : instanceId !== '' && inside.trim() !== '');
  const open = async (): Promise<void> => {
    setIsSending(true);
    try {
      if (from === 'file') {
        const read = await call('configs.read', { path: path.trim() });
        setOpened(read.text, { kind: 'file', path: read.path, hash: read.hash });
      } else {
        const place = { instanceId, checkout: checkout.trim(), path: inside.trim() };
        const read = await call('configs.read', place);
        setOpened(read.text, { kind: 'machine', ...place });
      }
      onClose();
    } catch (thrown) {
      showError('Not opened', thrown);
      setIsSending(false);
    }
  };
  return (
    <FormSheet
      title="Open a configuration"
      verb={isSending ? 'Reading' : 'Open'}
      isReady={isReady}
      onSubmit={() => void open()}
      onClose={onClose}
    >
      {text === savedText ? null : (
        <p className="warn">What is in the editor was changed and not saved; it goes when another one is opened.</p>
      )}
      <Segmented
        label="From where"
        value={from}
        onChange={setFrom}
        options={[
          { value: 'file', label: 'A file of this computer' },
          { value: 'machine', label: 'A machine' },
        ]}
      />
      {from === 'file' ? (
        <TextField id={`${id}-path`} label="Its path" placeholder="/…/kitchen.yaml" value={path} onValue={setPath} />
      ) : (
        <>
          <div>
            <label className="label" htmlFor={`${id}-machine`}>
              Machine
            </label>
            <div className="field">
              <select id={`${id}-machine`} value={instanceId} onChange={({ target }) => setInstanceId(target.value)}>
                <option value="">Choose a machine</option>
                {machines.map((item) => (
                  <option key={item.id} value={item.id}>
                    {item.label ?? ''} {item.id}
                  </option>
                ))}
              </select>
            </div>
          </div>
          <TextField id={`${id}-checkout`} label="Checkout" value={checkout} onValue={setCheckout} />
          <TextField id={`${id}-inside`} label="Path below it" value={inside} onValue={setInside} />
        </>
      )}
    </FormSheet>
  );
}

/** Saves under a path of this computer; what stands there is kept beside it, and another one is never written over. */
export function SaveSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const id = useId();
  const { text, origin } = useConfig();
  const [path, setPath] = useState(origin.kind === 'file' ? origin.path : '');
  const save = useSave();
  const [isSending, setIsSending] = useState(false);
  return (
    <FormSheet
      title="Save the configuration"
      verb={isSending ? 'Saving' : 'Save'}
      isReady={!isSending && path.trim() !== ''}
      onSubmit={() => {
        setIsSending(true);
        void save(path.trim(), text).then((isSaved) => (isSaved ? onClose() : setIsSending(false)));
      }}
      onClose={onClose}
    >
      <TextField
        id={`${id}-path`}
        label="Path on this computer"
        placeholder="/…/kitchen.yaml"
        note={
          origin.kind === 'machine'
            ? 'The file on the machine stays as it is: put this one there when the machine is prepared.'
            : 'Another file that is there already is not written over.'
        }
        value={path}
        onValue={setPath}
      />
    </FormSheet>
  );
}

/** Resolves to whether it was saved. */
export function useSave(): (path: string, text: string) => Promise<boolean> {
  const { call } = useRoom();
  const { origin } = useConfig();
  return async (path, text) => {
    try {
      const expectedHash = origin.kind === 'file' && origin.path === path ? origin.hash : null;
      const saved = await call('configs.write', { path, text, expectedHash });
      setOpened(text, { kind: 'file', path: saved.path, hash: saved.hash });
      showToast({
        shape: 'ok',
        title: 'Saved',
        text: saved.keptAs === null ? saved.path : `${saved.path}; what stood there is ${saved.keptAs}`,
      });
      return true;
    } catch (thrown) {
      showError('Not saved', thrown);
      return false;
    }
  };
}
