/** What a job asks: a removal in bulk that the guard has stopped, or an undo of what has been changed since. */
import { Button, makeStyles, shorthands, tokens } from '@fluentui/react-components';
import { ShieldErrorRegular } from '@fluentui/react-icons';
import type { Question } from '../../../contract/job.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useCommonStyles } from '../parts/styles.ts';
import type { Commands } from '../store/commands.ts';
import { questionWords } from '../words/questions.ts';

export interface JobQuestionProps {
  readonly job: string;
  readonly question: Question;
  readonly commands: Commands;
  readonly busy: boolean;
}

const useStyles = makeStyles({
  card: { ...shorthands.borderColor(tokens.colorStatusWarningBorder2) },
  title: { display: 'flex', alignItems: 'flex-start', gap: tokens.spacingHorizontalS },
  icon: { fontSize: '20px', flexShrink: 0, color: tokens.colorStatusWarningForeground1 },
  item: {
    paddingBlock: tokens.spacingVerticalXXS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
});

export function JobQuestion({ job, question, commands, busy }: JobQuestionProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const words = questionWords(question);
  const more = question.count - question.labels.length;
  return (
    <section className={`${common.card} ${styles.card}`} aria-labelledby="question-title">
      <div className={styles.title}>
        <ShieldErrorRegular className={styles.icon} />
        <h2 id="question-title" className={common.h2}>
          {words.title}
        </h2>
      </div>
      <p className={common.text}>{words.text}</p>
      <div className={common.row}>
        {words.answers.map(({ answer, label }, index) => (
          <Button
            key={answer}
            appearance={index === 0 ? 'primary' : 'secondary'}
            disabledFocusable={busy}
            onClick={() => commands.answer(job, question, answer)}
          >
            {label}
          </Button>
        ))}
      </div>
      <p className={common.muted}>{words.until}</p>
      <VirtualList
        items={question.labels}
        total={question.labels.length}
        itemKey={(_label, index) => index}
        estimate={25}
        label={words.listName}
        draw={(label) => <div className={styles.item}>{label}</div>}
        onEnd={() => undefined}
      />
      {more > 0 && <p className={common.muted}>and {more.toLocaleString('en-GB')} more</p>}
    </section>
  );
}
