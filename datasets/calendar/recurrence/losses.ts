/** What cannot be said on the other side, by name (spec: datasets 8.6). */

export type LossCode = 'L-R1' | 'L-R2' | 'L-R3' | 'L-R4' | 'L-R5' | 'L-R6';

/** A loss of one record, told once, in words for people. */
export interface Loss {
  readonly code: LossCode;
  readonly sentence: string;
  /** Date up to which what both sides show is the same for all that; undefined: for ever, or it makes no difference. */
  readonly until?: string;
}

const sentences: Readonly<Record<LossCode, string>> = {
  'L-R1':
    'Outlook takes the last day of a month that is too short, the device leaves that month out; the occurrences that ' +
    'would be wrong are removed for ten years.',
  'L-R2':
    'Outlook can count weekdays of a month from the end only for the last one, and has no fifth; the occurrences of ten ' +
    'years are put right one by one.',
  'L-R3':
    'The device knows no such recurrence; the occurrences of the next five years are put right one by one, and later ones ' +
    'follow year by year.',
  'L-R4':
    'Outlook refuses to move an occurrence onto or across another one; it is kept as an appointment of its own.',
  'L-R5': 'Outlook gives an occurrence the categories of its series.',
  'L-R6': 'The time zone is unknown to the other side, which gets one with the same clock.',
};

export function loss(code: LossCode, until?: string): Loss {
  return { code, sentence: sentences[code], ...(until === undefined ? {} : { until }) };
}

/** A recurrence that cannot be put on the other side at all, and why. */
export interface Refusal {
  readonly code: 'L-R3';
  readonly sentence: string;
}

export const refusal = (sentence: string): Refusal => ({ code: 'L-R3', sentence });
