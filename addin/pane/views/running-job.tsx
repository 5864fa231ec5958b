/** A job that runs: where each dataset is, how long it takes yet, and Cancel. */
import { Button, ProgressBar, makeStyles, tokens } from '@fluentui/react-components';
import type { Job } from '../../../contract/job.ts';
import { useCommonStyles } from '../parts/styles.ts';
import type { ViewProps } from '../parts/view-props.ts';
import { datasetProgress, timeLeft } from '../words/progress.ts';
import { jobTitle } from '../words/results.ts';
import { roughly } from '../words/times.ts';

const useStyles = makeStyles({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalS,
    justifyContent: 'space-between',
  },
  item: {
    paddingBlock: tokens.spacingVerticalXS,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
  },
});

export function RunningJob({ job, state, status, commands, now }: ViewProps & { readonly job: Job }) {
  const common = useCommonStyles();
  const styles = useStyles();
  const left = timeLeft(job.progress, state.pace, now);
  const datasets = datasetProgress(job, status);
  const between = job.progress?.dataset === '' ? job.progress.text : '';
  return (
    <section className={common.card} aria-labelledby="running-title">
      <div className={styles.head}>
        <h2 id="running-title" className={common.h2}>
          {jobTitle(job)}
        </h2>
        <span className={common.muted}>{left === null ? '' : `about ${roughly(left)} left`}</span>
      </div>
      {between !== '' && <p className={common.muted}>{between}…</p>}
      {datasets.length === 0 && <ProgressBar aria-label={jobTitle(job)} />}
      <ul className={common.list}>
        {datasets.map((each) => (
          <li key={each.dataset} className={styles.item}>
            <div className={styles.head}>
              <span className={common.strong}>{each.name}</span>
              <span className={common.muted}>{each.text}</span>
            </div>
            <ProgressBar
              aria-label={each.name}
              aria-valuetext={each.text}
              thickness="medium"
              {...(each.state === 'done' && { color: 'success' as const })}
              {...(each.state === 'failed' && { color: 'error' as const })}
              {...(each.share !== null && { value: each.share })}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={commands.cancel} disabledFocusable={state.busy.has('cancel')}>
          Cancel
        </Button>
      </div>
    </section>
  );
}
