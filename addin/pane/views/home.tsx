/** The pane's first page: what is wrong, what runs, what was done, and Sync. */
import {
  Button,
  Field,
  Link,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Select,
} from '@fluentui/react-components';
import { ArrowSyncRegular } from '@fluentui/react-icons';
import { useCommonStyles } from '../parts/styles.ts';
import { TroubleBar } from '../parts/trouble-bar.tsx';
import { chosenDevice, type ViewProps } from '../parts/view-props.ts';
import { isFirstRun, needsPreview } from '../words/setup.ts';
import { counted } from '../words/terms.ts';
import { troubles } from '../words/troubles.ts';
import { DeviceCode } from './device-code.tsx';
import { JobQuestion } from './job-question.tsx';
import { LastJob } from './last-job.tsx';
import { Parties } from './parties.tsx';
import { RunningJob } from './running-job.tsx';
import { SetupSteps } from './setup-steps.tsx';

export function Home(props: ViewProps) {
  const { state, status, commands } = props;
  const common = useCommonStyles();
  const { job } = status;
  const running = job?.state === 'running';
  const first = isFirstRun(status);
  return (
    <>
      {troubles(state).map((trouble) => (
        <TroubleBar key={trouble.id} trouble={trouble} commands={commands} busy={state.busy} />
      ))}
      {status.devices.map(
        ({ name, code }) =>
          code !== undefined && (
            <DeviceCode
              key={name}
              name={name}
              code={code}
              commands={commands}
              busy={state.busy.has('compare-code')}
            />
          ),
      )}
      {running && job.question !== null && (
        <JobQuestion
          job={job.id}
          question={job.question}
          commands={commands}
          busy={state.busy.has('answer')}
        />
      )}
      {running && <RunningJob {...props} job={job} />}
      {status.openConflicts > 0 && <WaitingConflicts count={status.openConflicts} commands={commands} />}
      {first ? <SetupSteps {...props} /> : !running && <SyncButtons {...props} />}
      {job !== null && !running && <LastJob {...props} job={job} />}
      <Parties {...props} />
      <p className={common.muted}>
        <Link as="button" inline onClick={() => commands.open({ kind: 'coverage' })}>
          What is synced, and what is not
        </Link>
      </p>
    </>
  );
}

function SyncButtons({ state, status, commands }: ViewProps) {
  const common = useCommonStyles();
  const device = chosenDevice(state, status);
  const chosen = status.devices.find(({ name }) => name === device);
  if (device === undefined || chosen === undefined) return null;
  const once = Object.keys(state.once[device] ?? {}).length;
  const preview = needsPreview(chosen, status);
  return (
    <div className={common.stack}>
      {status.devices.length > 1 && (
        <Field label="Device">
          <Select value={device} onChange={(_event, { value }) => commands.chooseDevice(value)}>
            {status.devices.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        </Field>
      )}
      {preview && (
        <p className={common.text}>
          {device} has never been synced. See first what would change: a preview changes nothing on either
          side.
        </p>
      )}
      <div className={common.row}>
        {!preview && (
          <Button
            className={common.grow}
            size="large"
            appearance="primary"
            icon={<ArrowSyncRegular />}
            disabledFocusable={state.busy.has('sync')}
            onClick={() => commands.sync(device)}
          >
            Sync now
          </Button>
        )}
        <Button
          size="large"
          {...(preview && { className: common.grow, appearance: 'primary' as const })}
          disabledFocusable={state.busy.has('preview')}
          onClick={() => commands.preview(device)}
        >
          {preview ? 'Preview the first sync' : 'Preview'}
        </Button>
      </div>
      {once > 0 && <p className={common.muted}>With your choices for the next sync only.</p>}
    </div>
  );
}

function WaitingConflicts({
  count,
  commands,
}: {
  readonly count: number;
  readonly commands: ViewProps['commands'];
}) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {counted(count, 'conflict')} {count === 1 ? 'waits' : 'wait'} for you
        </MessageBarTitle>{' '}
        Until then both sides keep their own.
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={() => commands.open({ kind: 'conflicts', filter: 'open' })}>Decide</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
