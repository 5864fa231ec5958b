/** One conflict: both values side by side, what differs marked, and the choices. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { Conflict, ConflictChoice } from '../../../contract/conflicts.ts';
import { useCommonStyles } from '../parts/styles.ts';
import { choicesOf, conflictStateText, conflictText } from '../words/conflicts.ts';
import { differing } from '../words/difference.ts';
import { datasetName } from '../words/terms.ts';
import { ago } from '../words/times.ts';

export interface ConflictCardProps {
  readonly conflict: Conflict;
  readonly busy: boolean;
  readonly now: number;
  readonly onChoice: (choice: ConflictChoice) => void;
}

const useStyles = makeStyles({
  outer: { paddingBlockEnd: tokens.spacingVerticalM },
  sides: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(110px, 100%), 1fr))',
    gap: tokens.spacingHorizontalS,
    margin: 0,
  },
  side: {
    margin: 0,
    minWidth: 0,
    padding: tokens.spacingHorizontalS,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  name: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  value: { margin: 0, whiteSpace: 'pre-wrap' },
  mark: {
    backgroundColor: tokens.colorPaletteYellowBackground2,
    color: tokens.colorNeutralForeground1,
    borderRadius: tokens.borderRadiusSmall,
    fontWeight: tokens.fontWeightSemibold,
    '@media (forced-colors: active)': {
      forcedColorAdjust: 'none',
      backgroundColor: 'Highlight',
      color: 'HighlightText',
    },
  },
});

export function ConflictCard({ conflict, busy, now, onChoice }: ConflictCardProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const title = `conflict-${conflict.id}`;
  const stands = conflictStateText(conflict);
  return (
    <div className={styles.outer}>
      <article className={common.card} aria-labelledby={title}>
        <h2 className={common.h2} id={title}>
          {conflict.label}
        </h2>
        <p className={common.muted}>
          {datasetName(conflict.dataset)} · {conflict.device} · {ago(conflict.foundAt, now)}
        </p>
        <p className={common.text}>{conflictText(conflict)}</p>
        {conflict.fields.map(({ field, base, device, mailbox }) => (
          <div key={field} className={common.tight}>
            <span className={common.strong}>{field}</span>
            <dl className={styles.sides}>
              <SideValue name="Device" value={device} other={conflict.kind === 'field' ? mailbox : base} />
              <SideValue name="Outlook" value={mailbox} other={conflict.kind === 'field' ? device : base} />
            </dl>
            {base !== null && base !== '' && <p className={common.muted}>Before: {base}</p>}
          </div>
        ))}
        {stands !== '' && <p className={mergeClasses(common.text, common.strong)}>{stands}</p>}
        <div className={common.row}>
          {choicesOf(conflict).map(({ choice, label }) => (
            <Button
              key={choice}
              disabledFocusable={busy}
              aria-describedby={title}
              onClick={() => onChoice(choice)}
            >
              {label}
            </Button>
          ))}
        </div>
      </article>
    </div>
  );
}

interface SideValueProps {
  readonly name: string;
  readonly value: string | null;
  /** What it is compared with. */
  readonly other: string | null;
}

function SideValue({ name, value, other }: SideValueProps) {
  const styles = useStyles();
  const { head, middle, tail } = differing(value ?? '', other ?? '');
  return (
    <div className={styles.side}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>
        {value === null || value === '' ? (
          <em>nothing</em>
        ) : (
          <>
            {head}
            {middle !== '' && <mark className={styles.mark}>{middle}</mark>}
            {tail}
          </>
        )}
      </dd>
    </div>
  );
}
