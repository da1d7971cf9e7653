import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { StateMark } from './state-mark.tsx';
import { useToasts } from './toast-store.ts';

/** The toasts, in the top layer, so that a sheet does not hide them. */
export function Toasts(): ReactNode {
  const toasts = useToasts((state) => state.toasts);
  const dismiss = useToasts((state) => state.dismiss);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const layer = ref.current;
    if (layer === null) return;
    // Shown again for each change: the newest entry of the top layer lies above an open sheet.
    if (layer.matches(':popover-open')) layer.hidePopover();
    if (toasts.length > 0) layer.showPopover();
  }, [toasts]);
  return (
    <div ref={ref} popover="manual" className="toasts" role="region" aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <StateMark shape={toast.shape} word={toast.title} />
          <IconButton label="Dismiss" kind="ghost" size="small" onClick={() => dismiss(toast.id)}>
            <X className="icon" aria-hidden="true" />
          </IconButton>
          {toast.text === null ? null : <p>{toast.text}</p>}
          {toast.action === null ? null : (
            <div className="acts">
              <Button
                size="small"
                onClick={() => {
                  toast.action?.run();
                  dismiss(toast.id);
                }}
              >
                {toast.action.label}
              </Button>
            </div>
          )}
        </div>
      ))}
    </div>
  );
}
