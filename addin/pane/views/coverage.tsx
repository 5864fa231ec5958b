/** What is synced, and what is not. */
import { Button } from '@fluentui/react-components';
import { ArrowLeftRegular } from '@fluentui/react-icons';
import { useCommonStyles } from '../parts/styles.ts';
import type { ViewProps } from '../parts/view-props.ts';
import { coverage } from '../words/coverage.ts';

export function CoveragePage({ commands }: ViewProps) {
  const common = useCommonStyles();
  return (
    <>
      <div>
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowLeftRegular />}
          onClick={() => commands.open({ kind: 'home' })}
        >
          Back
        </Button>
      </div>
      <h2 className={common.h2}>What is synced, and what is not</h2>
      {coverage().map(({ dataset, name, fields, differences, left }) => (
        <section key={dataset} className={common.card} aria-labelledby={`coverage-${dataset}`}>
          <h3 className={common.h2} id={`coverage-${dataset}`}>
            {name}
          </h3>
          <p className={common.text}>
            <span className={common.strong}>Both ways:</span> {fields.join(', ')}.
          </p>
          <p className={common.text}>
            <span className={common.strong}>Stays in Outlook only:</span> {left.join('; ')}.
          </p>
          <details>
            <summary>Kept with a difference, and told when it happens</summary>
            <ul>
              {differences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </details>
        </section>
      ))}
    </>
  );
}
