/** What a job asks, with every answer and what it means. The answer that keeps the most comes first. */
import type { Answer, Question } from '../../../contract/job.ts';
import { counted, recordCount, sideNames } from './terms.ts';
import { clock } from './times.ts';

export interface QuestionWords {
  readonly title: string;
  readonly text: string;
  readonly answers: readonly { readonly answer: Answer; readonly label: string }[];
  readonly until: string;
  readonly listName: string;
}

export function questionWords(question: Question): QuestionWords {
  const many = recordCount(question.count, question.dataset);
  const by = clock(Date.parse(question.until));
  if (question.kind === 'edited-since')
    return {
      title: `${many} ${question.count === 1 ? 'has' : 'have'} been changed since`,
      text: 'What was changed after the sync that you undo would be overwritten by what was there before it.',
      answers: [
        { answer: 'skip', label: 'Keep the later changes' },
        { answer: 'overwrite', label: 'Overwrite them' },
      ],
      until: `Without an answer by ${by} they are left as they are.`,
      listName: 'Records changed since',
    };
  const loser = sideNames[question.side];
  const other = question.side === 'device' ? 'Outlook' : 'the device';
  const why = {
    removed: `They were removed ${question.side === 'device' ? 'in Outlook' : 'on the device'}.`,
    missing: `${capital(other)} did not have them in a full comparison.`,
    empty: `${capital(other)} holds nothing at all, as after a reset or on a wrong account.`,
  }[question.reason];
  return {
    title: `Remove ${many} from ${loser}?`,
    text: `${why} That is ${question.count.toLocaleString('en-GB')} of ${counted(question.pairs, 'record')} that both sides had, so nothing is removed without your word.`,
    answers: [
      {
        answer: 'restore',
        label: `Put ${question.count === 1 ? 'it' : 'them'} back ${question.side === 'device' ? 'in Outlook' : 'on the device'}`,
      },
      { answer: 'remove', label: `Remove from ${loser}` },
      { answer: 'skip', label: 'Not now' },
    ],
    until: `Without an answer by ${by} nothing is removed.`,
    listName: 'Records that would be removed',
  };
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
