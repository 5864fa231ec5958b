/** The first run: what is done, and what to do next. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { CheckmarkCircleFilled, CircleRegular, RadioButtonFilled } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { useCommonStyles } from '../parts/styles.ts';
import { chosenDevice, type ViewProps } from '../parts/view-props.ts';
import { setupSteps, type Step, type StepName } from '../words/setup.ts';

const useStyles = makeStyles({
  step: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    paddingBlock: tokens.spacingVerticalXS,
  },
  icon: { fontSize: '20px', height: '20px', color: tokens.colorNeutralForeground3 },
  done: { color: tokens.colorPaletteGreenForeground1 },
  current: { color: tokens.colorBrandForeground1 },
  actions: { marginBlockStart: tokens.spacingVerticalS },
});

const stateNames = { done: 'done', current: 'next', later: 'later' } as const;

export function SetupSteps({ state, status, commands }: ViewProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const device = chosenDevice(state, status);
  const ready = device !== undefined;
  const busy = status.job?.state === 'running';
  const primary = (label: string, run: () => void): ReactNode => (
    <Button appearance="primary" onClick={run} disabledFocusable={busy}>
      {label}
    </Button>
  );
  const actions: Readonly<Record<StepName, ReactNode>> = {
    bridge: null,
    page: null,
    outlook:
      state.signIn.kind === 'signed-out' || state.signIn.kind === 'interaction-required'
        ? primary('Sign in', commands.signIn)
        : null,
    device:
      status.devices.length === 0
        ? primary('Connect a device', () => commands.open({ kind: 'add-device' }))
        : null,
    datasets: ready ? <Button onClick={() => commands.open({ kind: 'devices' })}>Choose</Button> : null,
    preview: ready ? primary('Preview the first sync', () => commands.preview(device)) : null,
    sync: ready ? primary('Sync now', () => commands.sync(device)) : null,
  };
  const icon = (step: Step): ReactNode => {
    if (step.state === 'done')
      return <CheckmarkCircleFilled className={mergeClasses(styles.icon, styles.done)} />;
    if (step.state === 'current')
      return <RadioButtonFilled className={mergeClasses(styles.icon, styles.current)} />;
    return <CircleRegular className={styles.icon} />;
  };
  return (
    <section className={common.card} aria-labelledby="setup-title">
      <h2 id="setup-title" className={common.h2}>
        Get started
      </h2>
      <p className={common.text}>
        Keeps your handheld and Outlook the same. A few steps, and nothing is changed until the last.
      </p>
      <ol className={common.list}>
        {setupSteps(state, status).map((step) => (
          <li
            key={step.name}
            className={styles.step}
            aria-current={step.state === 'current' ? 'step' : undefined}
          >
            {icon(step)}
            <div className={common.tight}>
              <span className={common.strong}>
                {step.title}
                <span className={common.hidden}>, {stateNames[step.state]}</span>
              </span>
              {step.state !== 'later' && <p className={common.muted}>{step.text}</p>}
              {step.state === 'current' && actions[step.name] !== null && (
                <div className={styles.actions}>{actions[step.name]}</div>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
