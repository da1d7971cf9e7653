import type { ReactNode } from 'react';
import type { LaunchPlan } from '#shared/model/launch.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { formatMoment, formatMoney } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { useNow } from '../../ui/use-now.ts';
import { formatUsd, hoursWords } from './offer-words.ts';

function Usd({ value, per = '' }: { readonly value: number | null; readonly per?: string }): ReactNode {
  if (value === null) return <Unknown because="the provider does not tell it" />;
  return (
    <span className="tn">
      {formatUsd(value)}
      {per}
    </span>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Each part of the price, and what the whole comes to. */
export function PriceFacts({ plan }: { readonly plan: LaunchPlan }): ReactNode {
  const { price } = plan.offer;
  const { cost } = plan;
  return (
    <section aria-label="Price">
      <h2>Price</h2>
      <dl className="kv">
        <Row name={plan.bidPerHourUsd === null ? 'GPU' : 'GPU, your bid'}>
          <Usd value={price.gpuPerHourUsd} per="/h" />
        </Row>
        <Row name="Disk">
          <Usd value={price.storagePerHourUsd} per="/h" /> <span className="t3">{plan.diskGb} GB</span>
        </Row>
        <Row name="Together">
          <span className="w6">
            <Usd value={cost.perHourUsd} per="/h" />
          </span>{' '}
          <span className="t3">
            <Usd value={cost.perDayUsd} per=" a day" />
          </span>
        </Row>
        <Row name="At most">
          <span className="w6">
            <Usd value={cost.untilStopUsd} />
          </span>{' '}
          <span className="t3">until its stop, without traffic</span>
        </Row>
        <Row name="Traffic out">
          <Usd value={price.uploadUsdPerGb} per=" a GB" /> <span className="t3">our pulls</span>
        </Row>
        <Row name="Traffic in">
          <Usd value={price.downloadUsdPerGb} per=" a GB" />
        </Row>
        <Row name="After a stop">
          <Usd value={cost.storagePerDayAfterStopUsd} per=" a day" />{' '}
          <span className="t3">its disk, until it is destroyed</span>
        </Row>
      </dl>
    </section>
  );
}

/** What ends the costs: the stop time, both layers, and the cap in words. */
export function StopFacts({ plan }: { readonly plan: LaunchPlan }): ReactNode {
  const nowMs = useNow(60_000);
  return (
    <section aria-label="What stops it">
      <h2>What stops it</h2>
      <dl className="kv">
        <Row name="Stop time">
          <span className="tn">{formatMoment(plan.stopsAt, nowMs)} UTC</span>{' '}
          <span className="t3">after {hoursWords(plan.maxRunHours)}</span>
        </Row>
        <Row name="Cap">
          {plan.cap.capUsd === null ? (
            <StateMark shape="off" word={plan.cap.words} />
          ) : (
            <span className="tn" title={plan.cap.words}>
              {formatMoney(plan.cap.capUsd)}
            </span>
          )}
        </Row>
        <Row name="This room">{plan.layers.room}</Row>
        <Row name="Its own lease">{plan.layers.lease}</Row>
        <Row name="Failed pull">
          {plan.guard.policy === 'stop_anyway'
            ? 'Stops all the same; the disk is kept on the host'
            : 'Does not stop before a person was asked'}
        </Row>
      </dl>
    </section>
  );
}

/** What is put on the machine; variables by name, never by value. */
export function MachineFacts({ plan }: { readonly plan: LaunchPlan }): ReactNode {
  return (
    <section aria-label="On the machine">
      <h2>On the machine</h2>
      <dl className="kv">
        <Row name="Label">
          <Copyable text={plan.label} label="label" />
        </Row>
        <Row name="Image">
          <span className="mono s11">{plan.image}</span>
        </Row>
        <Row name="Ports">{plan.ports.length === 0 ? 'SSH only' : `SSH and ${plan.ports.join(', ')}`}</Row>
        <Row name="Onstart">
          {plan.onstart.characters === null ? (
            <StateMark shape="fail" word="Can not be built" />
          ) : (
            <span className="tn">
              {plan.onstart.characters} of {plan.onstart.maxCharacters} characters
            </span>
          )}
        </Row>
        <Row name="Variables">
          {plan.variables.length === 0 ? (
            'None'
          ) : (
            <ul className="variables">
              {plan.variables.map((variable) => (
                <li key={variable.name}>
                  <span className="mono s11">{variable.name}</span>{' '}
                  {variable.secret === null ? (
                    <span className="t3">from the preset</span>
                  ) : variable.isSecretSet === true ? (
                    <span className="t3">secret, set</span>
                  ) : variable.isOptional ? (
                    <span className="t3">secret, not set; left out</span>
                  ) : (
                    <StateMark shape="fail" word="secret not set" />
                  )}
                </li>
              ))}
            </ul>
          )}
        </Row>
      </dl>
    </section>
  );
}
