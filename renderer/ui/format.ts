const bytesPerStep = 1000;
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const counts = new Intl.NumberFormat('en-US');

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Decimal units as drives and networks count: `0 B`, `940 B`, `3.4 MB`, `1.91 GB`, `118 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < byteUnits.length - 1) {
    value /= bytesPerStep;
    step += 1;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : step >= 3 && value < 9.995 ? 2 : 1;
  return `${value.toFixed(digits)} ${byteUnits[step]}`;
}

/** `0.0 s`, `9.7 s`, `48 s`, `1 min 5 s`, `6 h 19 min`, `3 d 4 h`. Below ten seconds one decimal. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60)
    return minutes < 10 && whole % 60 > 0 ? `${minutes} min ${whole % 60} s` : `${Math.round(whole / 60)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${twoDigits(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The same in one unit, for places of a fixed width: `9.7 s`, `48 s`, `1.7 min`, `44 min`, `6.3 h`, `3.2 d`. */
export function formatBriefDuration(seconds: number): string {
  if (seconds < 59.5) return formatDuration(seconds);
  const [value, unit] =
    seconds < 3_570 ? [seconds / 60, 'min'] : seconds < 172_800 ? [seconds / 3_600, 'h'] : [seconds / 86_400, 'd'];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** How long ago, in the largest unit that still tells: `now`, `48 s`, `7 min`, `3 h`, `2 d`. */
export function formatAge(thenMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - thenMs) / 1000));
  if (seconds < 3) return 'now';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

/** `formatAge` as a phrase: `48 s ago`, `just now`. */
export function formatAgo(thenMs: number, nowMs: number): string {
  const age = formatAge(thenMs, nowMs);
  return age === 'now' ? 'just now' : `${age} ago`;
}

/** A moment in UTC, as short as it is clear: `14:12` today, `22 Nov 21:02` this year, `22 Nov 2025` before. */
export function formatMoment(iso: string, nowMs: number): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const now = new Date(nowMs);
  const clock = `${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())}`;
  const day = `${at.getUTCDate()} ${monthNames[at.getUTCMonth()]}`;
  if (at.getUTCFullYear() !== now.getUTCFullYear()) return `${day} ${at.getUTCFullYear()}`;
  const isToday = at.getUTCMonth() === now.getUTCMonth() && at.getUTCDate() === now.getUTCDate();
  return isToday ? clock : `${day} ${clock}`;
}

/** Day and time to the second in UTC: `23 Nov 2026 14:08:45`. */
export function formatExact(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.getUTCDate()} ${monthNames[at.getUTCMonth()]} ${at.getUTCFullYear()} ${formatClock(at)}`;
}

/** `14:08:45`, UTC. */
export function formatClock(at: Date): string {
  return `${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())}:${twoDigits(at.getUTCSeconds())}`;
}

/** `23 Nov 14:08:45 to 14:09:50`; the second day is named only when it differs. */
export function formatSpan(fromIso: string, toIso: string): string {
  const from = new Date(fromIso);
  const to = new Date(toIso);
  const dayOf = (at: Date): string => `${at.getUTCDate()} ${monthNames[at.getUTCMonth()]}`;
  const end = dayOf(from) === dayOf(to) ? formatClock(to) : `${dayOf(to)} ${formatClock(to)}`;
  return `${dayOf(from)} ${formatClock(from)} to ${end}`;
}

/** `12,480`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1 run`, `214 runs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Dollars with cents and a true minus: `$4.80`, `−$0.40`. */
export function formatMoney(usd: number): string {
  return `${usd < 0 ? '−' : ''}$${Math.abs(usd).toFixed(2)}`;
}

/** Whole per cent with a space, as in `62 %`. Never rounds up to 100 before the end. */
export function formatPercent(done: number, total: number): string {
  if (total <= 0) return '0 %';
  const percent = (done / total) * 100;
  return `${done < total ? Math.min(99, Math.floor(percent)) : 100} %`;
}

/** A metric as the pipeline wrote it, with at most four significant digits after a true minus. */
export function formatFigure(value: number): string {
  const text = Number.isInteger(value)
    ? String(value)
    : Math.abs(value) >= 1000
      ? value.toFixed(0)
      : String(Number(value.toPrecision(4)));
  return text.replace('-', '−');
}

/** Keeps both ends of a long name: the end of a run name is what tells it apart. */
export function truncateMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.floor((length - 1) / 2);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** Times within a sentence, as they are written elsewhere on the page. */
export function withMoments(text: string, nowMs: number): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) => `${formatMoment(iso, nowMs)} UTC`);
}
