/** The state of bridge, device and Outlook, one line each. */
import { Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import {
  CheckmarkCircleFilled,
  CircleRegular,
  ErrorCircleFilled,
  WarningFilled,
} from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { useCommonStyles } from '../parts/styles.ts';
import type { ViewProps } from '../parts/view-props.ts';
import { partiesOf, type PartyState } from '../words/parties.ts';

const useStyles = makeStyles({
  item: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    paddingBlock: tokens.spacingVerticalXXS,
  },
  icon: { fontSize: '16px', height: '20px', color: tokens.colorNeutralForeground3 },
  good: { color: tokens.colorPaletteGreenForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
});

export function Parties({ state, status, commands, now }: ViewProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const icons: Readonly<Record<PartyState, ReactNode>> = {
    good: <CheckmarkCircleFilled className={mergeClasses(styles.icon, styles.good)} aria-label="ready" />,
    waiting: <CircleRegular className={styles.icon} aria-label="waiting" />,
    warning: <WarningFilled className={mergeClasses(styles.icon, styles.warning)} aria-label="needs you" />,
    bad: <ErrorCircleFilled className={mergeClasses(styles.icon, styles.bad)} aria-label="problem" />,
  };
  return (
    <section className={common.card} aria-labelledby="state-title">
      <h2 id="state-title" className={common.h2}>
        State
      </h2>
      <ul className={common.list}>
        {partiesOf(state, status, now).map(({ name, text, detail, state: how, action }) => (
          <li key={name} className={styles.item}>
            {icons[how]}
            <div>
              <span className={common.strong}>{name}</span> {text}
              {detail !== '' && <p className={common.muted}>{detail}</p>}
              {action === 'sign-out' && (
                <p className={common.muted}>
                  <Link as="button" inline onClick={commands.signOut}>
                    Sign out
                  </Link>
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
