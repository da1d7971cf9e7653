import { useEffect, useRef, type FormEvent, type ReactNode } from 'react';
import type { LaunchPlan } from '#shared/model/launch.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatDuration, plural } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { GateList } from './gate-list.tsx';
import { changeOptions, plan as makePlan, setConfirming, useLaunch } from './launch-store.ts';
import { formatUsd, gpuWords, holdingGates } from './offer-words.ts';
import { MachineFacts, PriceFacts, StopFacts } from './plan-facts.tsx';

/** What a person decides of a launch beside the offer. A change is in the next plan. */
function Options({ isBid, leastBidUsd }: { readonly isBid: boolean; readonly leastBidUsd: number | null }): ReactNode {
  const { call } = useRoom();
  const options = useLaunch((state) => state.options);
  const hasPlan = useLaunch((state) => state.plan !== null || state.planError !== null);
  const isPlanning = useLaunch((state) => state.isPlanning);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void makePlan(call);
  };
  return (
    <form className="planoptions" aria-label="What the plan is made with" onSubmit={submit}>
      <TextField
        id="plan-hours"
        label="Stop after, h"
        inputMode="decimal"
        value={options.maxRunHours}
        onValue={(maxRunHours) => changeOptions({ maxRunHours })}
      />
      <TextField
        id="plan-cap"
        label="Cap, $ (0: OFF)"
        inputMode="decimal"
        value={options.capUsd}
        onValue={(capUsd) => changeOptions({ capUsd })}
      />
      {isBid ? (
        <TextField
          id="plan-bid"
          label="Bid, $/h"
          inputMode="decimal"
          placeholder={leastBidUsd === null ? '' : leastBidUsd.toFixed(4)}
          value={options.bidPerHourUsd}
          onValue={(bidPerHourUsd) => changeOptions({ bidPerHourUsd })}
        />
      ) : null}
      <Button isSubmit disabled={isPlanning} testId="plan">
        {hasPlan ? 'Plan again' : 'Plan'}
      </Button>
    </form>
  );
}

function Validity({ plan }: { readonly plan: LaunchPlan }): ReactNode {
  const leftMs = Date.parse(plan.expiresAt) - useNow();
  if (leftMs <= 0) return <StateMark shape="unknown" word="This plan is over: prices may have moved" />;
  return (
    <span className="why tn">valid for {formatDuration(Math.ceil(leftMs / 1000))}, or until price or state moves</span>
  );
}

function PlanView({ plan }: { readonly plan: LaunchPlan }): ReactNode {
  const reasons = useLaunch((state) => state.reasons);
  const holding = holdingGates(plan, reasons);
  // What holds a plan comes first; it stays there while reasons are written.
  const failedCount = plan.gates.filter((gate) => gate.state === 'failed').length;
  const isHeld = failedCount > 0;
  const gates = (
    <section aria-label="Gates">
      <h2>
        Gates <span className="why">{plural(plan.gates.length, 'check')}</span>
      </h2>
      <GateList gates={plan.gates} />
    </section>
  );
  const headRef = useRef<HTMLHeadingElement>(null);
  // A screen reader and the keyboard go on where the answer is.
  useEffect(() => headRef.current?.focus({ preventScroll: true }), [plan.id]);
  return (
    <>
      <section>
        <h2 ref={headRef} tabIndex={-1}>
          {holding.length === 0 ? (
            isHeld ? (
              <StateMark big shape="warn" word={`Ready, ${plural(failedCount, 'check')} overridden`} />
            ) : (
              <StateMark big shape="ok" word="Ready to rent" />
            )
          ) : (
            <StateMark big shape="fail" word={`Held by ${holding.length} of ${plan.gates.length}`} />
          )}
        </h2>
        <p className="t2">Nothing is rented yet.</p>
        <Validity plan={plan} />
      </section>
      {isHeld ? gates : null}
      <PriceFacts plan={plan} />
      <StopFacts plan={plan} />
      {isHeld ? null : gates}
      <MachineFacts plan={plan} />
    </>
  );
}

/** Why the machine of a plan can not be rented now; null when it can. */
function useHindrance(plan: LaunchPlan): string | null {
  const connection = useConnection();
  const reasons = useLaunch((state) => state.reasons);
  const isOver = Date.parse(plan.expiresAt) <= useNow();
  const holding = holdingGates(plan, reasons);
  if (connection.kind !== 'open') return 'Rent: the engine does not answer';
  if (isOver) return 'Rent: plan again first';
  if (holding.length === 1) return `Rent: held by “${holding[0]?.title ?? ''}”`;
  return holding.length > 0 ? `Rent: ${holding.length} checks hold it` : null;
}

function RentButton({ plan }: { readonly plan: LaunchPlan }): ReactNode {
  const why = useHindrance(plan);
  const { perHourUsd } = plan.cost;
  return (
    <Button kind="primary" size="large" disabled={why !== null} testId="rent" onClick={() => setConfirming(true)}>
      {why ?? `Rent ${gpuWords(plan.offer)}${perHourUsd === null ? '' : ` at ${formatUsd(perHourUsd)}/h`}…`}
    </Button>
  );
}

/** The chosen offer, what it is planned with, and the plan with every figure and gate. */
export function PlanPanel({ onSearch }: { readonly onSearch: () => void }): ReactNode {
  const { call } = useRoom();
  const { found, offerId, plan, planError, isPlanning } = useLaunch();
  const offer = found?.value.items.find((it) => it.id === offerId) ?? null;
  if (offer === null)
    return (
      <aside className="insp plan" aria-label="Plan">
        <section>
          <h2>Plan</h2>
          <p className="t2">
            Choose an offer. Its plan shows every part of the price, what stops the machine and each check; nothing is
            rented by planning.
          </p>
        </section>
      </aside>
    );
  const isGone = planError?.code === 'not_found';
  return (
    <aside className="insp plan" aria-label="Plan">
      <div className="scroll" tabIndex={0} role="region" aria-label="Plan in full">
        <section>
          <h2>
            {gpuWords(offer)} <span className="why tn">offer {offer.id}</span>
          </h2>
          <Options isBid={offer.kind === 'interruptible'} leastBidUsd={offer.minBidPerHourUsd} />
        </section>
        {isPlanning ? <Reading what="Planning: offer, credit and machines are read" /> : null}
        {planError === null ? null : (
          <ErrorState
            inline
            title={isGone ? 'The offer is gone' : 'No plan'}
            error={planError}
            actions={
              isGone ? (
                <Button onClick={onSearch}>Search again</Button>
              ) : (
                <Button onClick={() => void makePlan(call)}>Plan again</Button>
              )
            }
          />
        )}
        {plan === null ? null : <PlanView plan={plan} />}
      </div>
      {plan === null ? null : (
        <footer>
          <RentButton plan={plan} />
        </footer>
      )}
    </aside>
  );
}
