import type { ReactNode } from 'react';

/** A group of settings: its name and what it is for on the left, its fields on the right. */
export function SettingsSection({
  id,
  title,
  note,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section id={id} className="group" aria-labelledby={`${id}-title`}>
      <div>
        <h2 id={`${id}-title`}>{title}</h2>
        <p className="why">{note}</p>
      </div>
      <div className="fields">{children}</div>
    </section>
  );
}
