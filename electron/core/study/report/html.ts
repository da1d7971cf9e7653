import { gateLimits } from '#shared/rules/arm-gate/verdict.ts';
import type { ReportData } from './report-data.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const safe = (text: string | number | null): string =>
  text === null ? 'unknown' : String(text).replaceAll(/[&<>"']/g, (mark) => escapes[mark]!);
const percent = (share: number | null): string => (share === null ? 'not asked' : `${Math.round(share * 100)} %`);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const row = (cells: readonly (string | number | null)[], tag = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${safe(cell)}</${tag}>`).join('')}</tr>`;
const table = (head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  `<table><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells)).join('')}</tbody></table>`;

const style = `
body{font:14px/1.5 system-ui,sans-serif;color:#17171a;background:#fff;max-width:960px;margin:32px auto;padding:0 24px}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:28px 0 8px;border-bottom:1px solid #d5d5da}
table{border-collapse:collapse;width:100%;font-size:12px}th{text-align:left;font-weight:400;color:#5c5c64}
th,td{padding:3px 8px 3px 0;border-bottom:1px solid #e6e6ea;vertical-align:top}
.verdict{font-size:20px;font-weight:600}.accept{color:#0a6b3d}.reject{color:#b3261e}.insufficient,.invalid{color:#8a5a00}
.mono{font:12px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}.why{color:#5c5c64}
.pair{break-inside:avoid;margin:12px 0}.strip{display:flex;gap:3px;flex-wrap:wrap;margin:2px 0}
.strip img{width:112px;display:block}.strip figure{margin:0;font-size:10px;color:#5c5c64}
svg{max-width:560px;width:100%;display:block}svg text{font-size:10px;fill:#5c5c64}
@media print{body{margin:0;max-width:none}}
`;

/**
 * A page that stands alone: no script, nothing that is fetched, every text escaped. It prints, and beside it lies the
 * same as JSON.
 */
export function reportHtml(data: ReportData): string {
  const { summary, plan, result } = data;
  const { evaluation } = result;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${safe(plan.name)}</title><style>${style}</style></head><body>
<h1>${safe(plan.name)}</h1>
<p class="why">Arm retention, ${safe(plan.candidate.name)} against ${safe(plan.baseline.name)}</p>
<p class="verdict ${evaluation.verdict}">${safe(evaluation.verdict)}</p>
<p>${safe(evaluation.because)}</p>
<p class="why">Decided by the line <span class="mono">${safe(evaluation.line)}</span> of the decision table.${
    evaluation.moreClips === null ? '' : ` About ${evaluation.moreClips} more source clips are needed.`
  }</p>
${figures(data)}${plot(data)}
<h2>Source clips</h2>
${table(
  ['Source clip', 'Pairs', 'Baseline', 'Candidate', 'Difference', 'With unsure counted against', 'Reason of a loss'],
  evaluation.effects.clips.map((clip) => [
    clip.sourceClip,
    clip.pairCount,
    percent(clip.baselineShare),
    percent(clip.candidateShare),
    signed(clip.difference),
    signed(clip.worstDifference),
    clip.lossReason ?? '',
  ]),
)}
<h2>Reviewers</h2>
${table(
  ['Reviewer', 'Answers', 'Repeats alike', 'Same clip alike', 'No arm, said no', 'Median pace', 'Signed off'],
  result.reviewers.map((each) => [
    each.reviewer,
    each.answeredCount,
    percent(each.selfConsistency),
    percent(each.sameAnsweredAlike),
    percent(each.absentRight),
    each.medianSeconds === null ? 'unknown' : `${each.medianSeconds.toFixed(1)} s`,
    summary.reviewers.find(({ reviewer }) => reviewer === each.reviewer)?.signedOffAt ?? 'unknown',
  ]),
)}
${conflicts(data)}
<h2>Plan, locked ${safe(plan.lockedAt)} by ${safe(summary.lockedBy)}</h2>
<p>${safe(plan.question)}</p>
<p class="mono">plan SHA-256 ${safe(data.planHash)}<br>sides commitment ${safe(plan.sidesCommitment)}<br>
seed ${safe(data.sides.seed)}<br>salt ${safe(data.sides.salt)}<br>sides ${data.sides.isAsCommitted ? 'are as committed' : 'ARE NOT AS COMMITTED'}<br>
labels SHA-256 ${safe(result.labelsHash)}<br>resampling seed ${plan.analysisSeed}</p>
<p class="why">Smallest useful gain ${plan.minimumGain}. Limits: ${Object.entries(gateLimits)
    .map(([name, value]) => `${safe(name)} ${value}`)
    .join(', ')}.</p>
${table(
  ['Pair', 'Frames', 'Seed', 'Baseline, SHA-256', 'Candidate, SHA-256', 'Depth'],
  plan.pairs.map((pair) => [
    pair.pairId,
    pair.frames.join(' '),
    pair.inputs.seed,
    pair.baseline.sha256,
    pair.candidate.sha256,
    `${pair.baseline.orientation ?? 'not checked'}, ${pair.candidate.orientation ?? 'not checked'}`,
  ]),
)}
${
  plan.excluded.length === 0
    ? ''
    : `<h2>Left out</h2>${table(
        ['Source clip', 'Variant', 'Because'],
        plan.excluded.map((each) => [each.sourceClip, each.variantName ?? '', each.because]),
      )}`
}
<h2>Frames</h2>
${data.pictureNote === null ? '' : `<p class="why">${safe(data.pictureNote)}</p>`}
${plan.pairs.map((pair) => pairFrames(pair, data)).join('')}
<p class="why">Made ${safe(data.madeAt)} by Blueprint Control Room ${safe(data.versions.room)}, ffmpeg ${safe(data.versions.ffmpeg ?? 'not used')}.</p>
</body></html>
`;
}

function figures({ result: { evaluation } }: ReportData): string {
  const { interval, agreement, signTest, effects } = evaluation;
  const number = (value: number | null): string => (value === null ? 'not defined' : value.toFixed(3));
  return table(
    ['Figure', 'Value'],
    [
      ['Source clips', evaluation.clipCount],
      ['Mean gain, share of frames', evaluation.meanDifference === null ? 'none' : signed(evaluation.meanDifference)],
      [
        '95 % interval, clips drawn anew',
        interval === null ? 'none' : `${signed(interval.low)} to ${signed(interval.high)}`,
      ],
      ['p, exact sign-flip test', evaluation.p === null ? 'none' : evaluation.p.toFixed(5)],
      ['p, sign test', `${signTest.p.toFixed(5)}, ${signTest.wins} wins, ${signTest.losses} losses`],
      [
        'Mean with every unsure answer counted against the candidate',
        evaluation.worstMeanDifference === null ? 'none' : signed(evaluation.worstMeanDifference),
      ],
      [
        'Unsure answers',
        `${percent(effects.unsureShare.all)}: baseline ${percent(effects.unsureShare.baseline)}, candidate ${percent(effects.unsureShare.candidate)}`,
      ],
      ['Valid frames', `${effects.validFrames} of ${effects.plannedFrames}`],
      [
        'Agreement',
        agreement === null
          ? 'one reviewer'
          : `raw ${number(agreement.raw)}, kappa ${number(agreement.kappa)}, AC1 ${number(agreement.ac1)}, on no ${number(agreement.onNo)}`,
      ],
    ],
  );
}

function plot({ result: { evaluation } }: ReportData): string {
  const clips = evaluation.effects.clips.toSorted((a, b) => b.difference - a.difference);
  const x = (value: number): number => 20 + (value + 1) * 250;
  const bottom = clips.length * 14 + 34;
  const marks = clips.map(
    ({ difference, sourceClip }, at) =>
      `<line x1="${x(0)}" x2="${x(difference)}" y1="${at * 14 + 8}" y2="${at * 14 + 8}" stroke="#82828a"/><circle cx="${x(difference)}" cy="${at * 14 + 8}" r="3.5" fill="#44444c"><title>${safe(sourceClip)}</title></circle>`,
  );
  const { interval, meanDifference } = evaluation;
  const mean =
    interval === null || meanDifference === null
      ? ''
      : `<line x1="${x(interval.low)}" x2="${x(interval.high)}" y1="${bottom - 14}" y2="${bottom - 14}" stroke="#1f5fd0" stroke-width="2"/><rect x="${x(meanDifference) - 4}" y="${bottom - 18}" width="8" height="8" fill="#1f5fd0"/>`;
  const axis = [-1, -0.5, 0, 0.5, 1].map(
    (value) =>
      `<line x1="${x(value)}" x2="${x(value)}" y1="0" y2="${bottom}" stroke="${value === 0 ? '#5c5c64' : '#e6e6ea'}"/><text x="${x(value)}" y="${bottom + 14}" text-anchor="middle">${value}</text>`,
  );
  return `<h2>Candidate minus baseline, by source clip</h2><svg viewBox="0 0 540 ${bottom + 20}" role="img" aria-label="Difference of each source clip">${axis.join('')}${marks.join('')}${mean}</svg>`;
}

function conflicts({ result }: ReportData): string {
  if (result.conflicts.length === 0) return '<p class="why">They differ on no frame.</p>';
  return `<h2>Where they differ</h2>${table(
    ['Pair', 'Frame', 'Answers, baseline and candidate', 'Settled by'],
    result.conflicts.map((conflict) => [
      conflict.pairId,
      conflict.frame,
      conflict.answers.map(({ reviewer, baseline, candidate }) => `${reviewer}: ${baseline}, ${candidate}`).join('; '),
      conflict.settledBy ?? 'nobody',
    ]),
  )}`;
}

function pairFrames(pair: ReportData['plan']['pairs'][number], data: ReportData): string {
  const pictures = data.pictures.find(({ pairId }) => pairId === pair.pairId);
  const labels = data.result.labels.pairs.find(({ pairId }) => pairId === pair.pairId);
  const strip = (side: 'baseline' | 'candidate'): string =>
    pair.frames
      .map((frame, at) => {
        const picture = pictures?.[side][at];
        const said = (labels?.labels ?? [])
          .map((own) => own.frames.find((label) => label.frame === frame)?.[side] ?? 'no answer')
          .join(', ');
        const image =
          picture === undefined ? '' : `<img alt="frame ${frame}, ${side}" src="data:image/jpeg;base64,${picture}">`;
        return `<figure>${image}${frame}: ${safe(said)}</figure>`;
      })
      .join('');
  return `<div class="pair"><b>${safe(pair.sourceClip)}</b> <span class="why">${safe(pair.variantName ?? '')}</span>
<div class="why">Baseline</div><div class="strip">${strip('baseline')}</div>
<div class="why">Candidate</div><div class="strip">${strip('candidate')}</div></div>`;
}
