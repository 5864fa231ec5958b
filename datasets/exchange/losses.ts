/** What one format cannot say of the other, by the names of spec: datasets 10 and 8.6. */

const sentences = {
  V1: 'A name to show is made of the parts of the name; another one is not kept.',
  V2: 'Programs that know neither PHONETIC nor X-PHONETIC do not show how a name is pronounced.',
  V3: 'More than two levels below an organisation are joined to one department.',
  V4: 'The profession stands for the role, which is nearly the same.',
  V5: 'Other programs may not know the assistant and the manager.',
  V6: 'A relation that is named by an address instead of a text is left out.',
  V7: 'Several nicknames are joined to one.',
  V8: 'A date must have a year, a month and a day, and has no time.',
  V9: 'Genders other than male and female, and texts about them, are left out.',
  V10: 'A picture must be in the card itself; others are not fetched.',
  V11: 'Several notes are joined to one.',
  V12: 'There is one web page of work and one of home; others are left out.',
  V13: 'An address has neither post box nor extended part, and there is one of each kind.',
  V14: 'There is one phone number of each of seven kinds; others are left out.',
  V15: 'An e-mail address has no kind.',
  V16: 'The contact has no place for it.',
  I1: 'Texts are plain, and a place has no position on a map.',
  I2: 'An appointment ends in the time zone in which it begins.',
  I3: 'An appointment has an end, at least five minutes after its start.',
  I4: 'There is one reminder, some minutes before the start; the earliest is kept.',
  I5: 'What a series cannot say has become appointments of their own, or is left out.',
  I6: 'The appointment has no place for it.',
  'D-1': 'There are five priorities; the nearest is taken.',
  'D-2': 'A cancelled task is deferred.',
  'D-3': 'Dates of tasks have no time of day.',
  'D-4': 'The completion of a task has no time of day.',
  'D-5': 'The task has no place for it.',
  'L-R3':
    'The device knows no such recurrence; it is approximated for five years, or only its first occurrence is kept.',
  'L-R6': 'The time zone is unknown; the clock times are kept without it.',
} as const;

export type ExchangeLossCode = keyof typeof sentences;

/** A loss of one record, told once for each kind. */
export interface ExchangeLoss {
  readonly code: ExchangeLossCode;
  readonly sentence: string;
  /** Properties or fields concerned. */
  readonly details: readonly string[];
}

/** Notes a loss; `detail`: the property or field concerned. */
export type LoseNote = (code: ExchangeLossCode, detail: string) => void;

const MOST_DETAILS = 20;

/** The losses of one record while it is translated. */
export function lossList(): { readonly lose: LoseNote; all: () => ExchangeLoss[] } {
  const found = new Map<ExchangeLossCode, Set<string>>();
  return {
    lose(code, detail) {
      const details = found.get(code) ?? new Set();
      if (details.size < MOST_DETAILS) details.add(detail);
      found.set(code, details);
    },
    all: () =>
      [...found].map(([code, details]) => ({ code, sentence: sentences[code], details: [...details] })),
  };
}
