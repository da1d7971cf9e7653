import type { ReactNode } from 'react';
import type { ToolReport } from '#shared/contract/tools.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { Tag, Unknown } from '../../ui/tag.tsx';

type Ability = ToolReport['can'][number];

function stateOf(tool: ToolReport): { readonly shape: StateShape; readonly word: string } {
  if (tool.ok) return { shape: 'ok', word: 'Works' };
  if (tool.path !== null) return tool.isNeeded ? { shape: 'fail', word: 'Lacks' } : { shape: 'warn', word: 'Lacks' };
  return tool.isNeeded ? { shape: 'fail', word: 'Missing' } : { shape: 'off', word: 'None' };
}

const abilityMarks: Record<Ability['state'], { readonly shape: StateShape; readonly word: string }> = {
  yes: { shape: 'ok', word: '' },
  no: { shape: 'off', word: 'no: ' },
  could_not_tell: { shape: 'unknown', word: 'unknown: ' },
};

function AbilityLine({ ability, isNeeded }: { readonly ability: Ability; readonly isNeeded: boolean }): ReactNode {
  const mark = abilityMarks[ability.state];
  return (
    <li title={ability.detail}>
      <StateMark
        shape={ability.state === 'no' && isNeeded ? 'fail' : mark.shape}
        word={`${mark.word}${ability.name}`}
      />
    </li>
  );
}

function Where({ tool }: { readonly tool: ToolReport }): ReactNode {
  return (
    <div className="col where">
      {tool.path === null ? (
        <span className={tool.isNeeded ? 'fail' : 't3'}>{tool.isNeeded ? 'Not found' : 'Not there'}</span>
      ) : (
        <Copyable text={tool.path} label={`path of ${tool.name}`} />
      )}
      <span className="why">{tool.reason}</span>
      {tool.onPath === null || tool.onPath === tool.path ? null : (
        <span className="why">
          The PATH would start <span className="mono">{tool.onPath}</span>.
        </span>
      )}
      {tool.notes.map((note) => (
        <span key={note} className="why wrap-any">
          {note}
        </span>
      ))}
    </div>
  );
}

/** One program: how it is, which one, where and why, what it can do, what to type. */
export function ToolRow({ tool }: { readonly tool: ToolReport }): ReactNode {
  return (
    <tr data-testid="tool-row" data-tool={tool.name}>
      <td>
        <StateMark {...stateOf(tool)} />
      </td>
      <td>
        <span className="row">
          <span className="w5 s13">{tool.name}</span>
          {tool.flavour === null || tool.flavour === tool.name ? null : <Tag>{tool.flavour}</Tag>}
          {tool.isNeeded ? null : <Tag>not needed</Tag>}
        </span>
        <span className="why">For {tool.neededFor}</span>
      </td>
      <td className="tn">
        {tool.path === null ? (
          <span className="t3">none</span>
        ) : tool.version === null ? (
          <Unknown because="It runs and does not say its version" quiet />
        ) : (
          <span className="wrap-any">{tool.version}</span>
        )}
        {tool.architecture === null ? null : <span className="why">{tool.architecture}</span>}
      </td>
      <td>
        <Where tool={tool} />
      </td>
      <td>
        {tool.can.length === 0 ? (
          <span className="t3">{tool.path === null ? 'nothing' : 'not asked'}</span>
        ) : (
          <ul className="cans">
            {tool.can.map((ability) => (
              <AbilityLine key={ability.name} ability={ability} isNeeded={tool.isNeeded} />
            ))}
          </ul>
        )}
      </td>
      <td className="wrap-any">
        {tool.fix === null ? (
          <span className="t3">Nothing to mend</span>
        ) : (
          <Copyable text={tool.fix} label={`fix of ${tool.name}`} />
        )}
      </td>
    </tr>
  );
}
