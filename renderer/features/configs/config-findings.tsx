import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { LintFinding } from '#shared/rules/remote/finding.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { applyFix } from './config-text.ts';

const shapes: Readonly<Record<LintFinding['severity'], StateShape>> = { error: 'fail', warning: 'warn', note: 'off' };

/** What would cost a paid hour, in the order of the file, each with the way out. */
export function ConfigFindings({
  text,
  findings,
  isOld,
  onShow,
  onText,
}: {
  readonly text: string;
  readonly findings: readonly LintFinding[];
  /** Of an earlier text: the newest one is being looked at. */
  readonly isOld: boolean;
  readonly onShow: (line: number) => void;
  readonly onText: (text: string) => void;
}): ReactNode {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  return (
    <aside className="insp scroll" tabIndex={0} aria-label="Findings" data-testid="config-findings">
      <section>
        {errors > 0 ? (
          <StateMark big shape="fail" word={`${plural(errors, 'error')} would hold a launch`} />
        ) : warnings > 0 ? (
          <StateMark big shape="warn" word={plural(warnings, 'warning')} />
        ) : (
          <StateMark big shape="ok" word="Nothing found" />
        )}
        <p className="why">
          {isOld
            ? 'Looking at the newest text'
            : errors > 0 && warnings > 0
              ? `and ${plural(warnings, 'warning')}`
              : 'What only the machine knows is looked at by the launch gate.'}
        </p>
      </section>
      {findings.map((finding, at) => {
        const { rule, severity, incident, key, line, message, fix } = finding;
        const fixed = isOld ? null : applyFix(text, finding);
        return (
          // One rule may find several things on one line.
          <section key={`${rule} ${line ?? ''} ${at}`} className="config-finding" data-rule={rule}>
            <div className="row">
              <StateMark shape={shapes[severity]} word={rule} />
              <span className="sp" />
              {line === null ? null : (
                <button type="button" className="link s11 tn" onClick={() => onShow(line)}>
                  line {line}
                </button>
              )}
              {incident === null ? null : (
                <Link className="link s11" href={addressOf.incident(incident)}>
                  incident {incident}
                </Link>
              )}
            </div>
            {key === null ? null : <p className="mono s11 t3 wrap-any">{key}</p>}
            <p className="t2 wrap-any">{message}</p>
            <p className="why wrap-any">{fix}</p>
            {fixed === null ? null : (
              <div className="row">
                <Button size="small" onClick={() => onText(fixed)}>
                  Put it in
                </Button>
              </div>
            )}
          </section>
        );
      })}
    </aside>
  );
}
