/** How the last job went: in words, by dataset, with what needs a person's eye. */
import { Button, Link, makeStyles, tokens } from '@fluentui/react-components';
import type { Job } from '../../../contract/job.ts';
import { useCommonStyles } from '../parts/styles.ts';
import type { ViewProps } from '../parts/view-props.ts';
import { jobTitle, jobWords } from '../words/results.ts';
import { counted } from '../words/terms.ts';
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
  const words = jobWords(job, status.devices);
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
        {words.text}
      </p>
      {words.remedy !== '' && <p className={common.text}>{words.remedy}</p>}
      <ul className={common.list}>
        {words.sessions.map(({ report, name, text, error, problems }) => {
          const title = preview ? `What would change in ${name}` : `What changed in ${name}`;
          const { session } = report;
          return (
            <li key={report.dataset} className={styles.item}>
              <span className={common.strong}>{name}</span>{' '}
              {error === undefined ? text : <span className={styles.error}>{error.message}</span>}
              {error !== undefined && <p className={common.muted}>{error.remedy}</p>}{' '}
              {session !== null && report.lines.length > 0 && (
                <Link
                  as="button"
                  inline
                  aria-label={`Show the records: ${name}`}
                  onClick={() =>
                    commands.open({ kind: 'session', session, device: job.device, preview, title })
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
