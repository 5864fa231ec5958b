/** How the last job went: in words, by dataset, with what needs a person's eye. */
import { Button, Link, makeStyles, tokens } from '@fluentui/react-components';
import type { Job } from '../../../contract/job.ts';
import { useCommonStyles } from '../parts/styles.ts';
import type { ViewProps } from '../parts/view-props.ts';
import { jobText, jobTitle, sessionWords } from '../words/results.ts';
import { counted, datasetName } from '../words/terms.ts';
import { ago } from '../words/times.ts';

const SHOWN_PROBLEMS = 3;

const useStyles = makeStyles({
  item: { paddingBlock: tokens.spacingVerticalXXS },
  error: { color: tokens.colorStatusDangerForeground1 },
});

export function LastJob({ job, status, commands, now }: ViewProps & { readonly job: Job }) {
  const common = useCommonStyles();
  const styles = useStyles();
  const preview = job.kind === 'preview';
  const isThere = status.devices.some(({ name }) => name === job.device);
  return (
    <section className={common.card} aria-labelledby="last-title">
      <h2 id="last-title" className={common.h2}>
        {jobTitle(job)}
      </h2>
      <p className={common.muted}>
        {job.device} · {ago(job.endedAt ?? job.startedAt, now)}
      </p>
      <p className={common.text} id="result">
        {jobText(job)}
      </p>
      {job.error !== undefined && job.error.remedy !== jobText(job) && (
        <p className={common.text}>{job.error.remedy}</p>
      )}
      <ul className={common.list}>
        {job.sessions.map((session) => {
          const { name, text, error, problems } = sessionWords(session);
          const title = preview ? `What would change in ${name}` : `What changed in ${name}`;
          const { session: number } = session;
          return (
            <li key={session.dataset} className={styles.item}>
              <span className={common.strong}>{name}</span>{' '}
              {error === undefined ? text : <span className={styles.error}>{error.message}</span>}
              {error !== undefined && <p className={common.muted}>{error.remedy}</p>}{' '}
              {number !== null && session.lines.length > 0 && (
                <Link
                  as="button"
                  inline
                  aria-label={`Show the records: ${datasetName(session.dataset)}`}
                  onClick={() =>
                    commands.open({ kind: 'session', session: number, device: job.device, preview, title })
                  }
                >
                  Show
                </Link>
              )}
              {problems.slice(0, SHOWN_PROBLEMS).map((problem, index) => (
                <p key={index} className={common.muted}>
                  {problem.label}: {problem.reason} {problem.remedy}
                </p>
              ))}
              {problems.length > SHOWN_PROBLEMS && (
                <p className={common.muted}>
                  and {counted(problems.length - SHOWN_PROBLEMS, 'more problem')}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      {preview && job.state === 'ok' && isThere && (
        <div className={common.row}>
          <Button appearance="primary" onClick={() => commands.sync(job.device)}>
            Sync now
          </Button>
          <Button onClick={() => commands.open({ kind: 'devices' })}>Change settings</Button>
        </div>
      )}
    </section>
  );
}
