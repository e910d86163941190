/** Durations, sizes and times as text: the same forms as in finspect's sentences. */

const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** `850 us`, `12 ms`, `3.2 s`, `42 s`, `3 min 5 s`, `2 h 7 min`, `3 d 4 h`; empty where it is not known. */
export function duration(seconds) {
  if (seconds == null || Number.isNaN(seconds)) {
    return '';
  }
  const s = Math.max(0, seconds);
  if (s < 0.001) {
    return `${Math.floor(s * 1e6)} us`;
  }
  if (s < SECOND) {
    return `${Math.floor(s * 1e3)} ms`;
  }
  if (s < 10) {
    return `${(Math.floor(s * 10) / 10).toFixed(1)} s`;
  }
  if (s < MINUTE) {
    return `${Math.floor(s)} s`;
  }
  if (s < HOUR) {
    return `${Math.floor(s / MINUTE)} min ${Math.floor(s % MINUTE)} s`;
  }
  if (s < DAY) {
    return `${Math.floor(s / HOUR)} h ${Math.floor((s % HOUR) / MINUTE)} min`;
  }
  return `${Math.floor(s / DAY)} d ${Math.floor((s % DAY) / HOUR)} h`;
}

/** `999 B`, `1.2 kB`, `4.0 MB`: powers of ten, truncated; empty where it is not known. */
export function bytes(count) {
  if (count == null || Number.isNaN(count)) {
    return '';
  }
  if (count < 1000) {
    return `${Math.floor(count)} B`;
  }
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = count / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${(Math.floor(value * 10) / 10).toFixed(1)} ${units[unit]}`;
}

/** Seconds since the Unix epoch of an RFC 3339 time, fractions included; null for none. */
export function epoch(text) {
  if (text == null) {
    return null;
  }
  if (typeof text === 'number') {
    return text;
  }
  const whole = Date.parse(text.slice(0, 19) + 'Z') / 1000;
  const fraction = /\.\d+/.exec(text);
  return whole + (fraction ? Number(fraction[0]) : 0);
}

/** `0.000123`: seconds from a moment, to the microsecond. */
export function offset(seconds) {
  return seconds == null ? '' : seconds.toFixed(seconds >= 999 ? 3 : 6);
}
