/** What a screen reader is told of by itself: how a job goes, in steps that can be listened to. */
import type { AppState } from '../store/state.ts';
import { codeWords } from './code.ts';
import { questionWords } from './questions.ts';
import { jobText, jobTitle } from './results.ts';
import { datasetName } from './terms.ts';

export function announcement({ link }: AppState): string {
  switch (link.kind) {
    case 'starting':
      return 'Looking for the bridge.';
    case 'unreachable':
      return 'The bridge is not reached.';
    case 'pairing':
      return `Waiting for the code ${link.code} to be confirmed.`;
    case 'connected': {
      const { job, devices } = link.status;
      const waiting = devices.find(({ code }) => code !== undefined);
      if (waiting?.code !== undefined) return codeWords(waiting.name, waiting.code).title;
      if (job === null) return '';
      if (job.state !== 'running') return `${jobTitle(job)}. ${jobText(job)}`;
      if (job.question !== null) return `A question: ${questionWords(job.question).title}`;
      const { progress } = job;
      if (progress === null || progress.dataset === '') return jobTitle(job);
      return `${jobTitle(job)}. ${datasetName(progress.dataset)}: ${quarters(progress.done, progress.total)}.`;
    }
  }
}

/** Not every record is to be read out. */
function quarters(done: number, total: number | null): string {
  if (total === null || total === 0) return 'at work';
  const share = Math.floor((done / total) * 4) * 25;
  return share === 0 ? 'begun' : `${share} per cent`;
}
