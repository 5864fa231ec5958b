/** A command to be typed or copied: broken between its words only, as long as they fit. */
import { makeStyles } from '@fluentui/react-components';
import { useCommonStyles } from './styles.ts';

const useStyles = makeStyles({ word: { display: 'inline-block', maxWidth: '100%' } });

export function CommandText({ command, id }: { readonly command: string; readonly id?: string }) {
  const common = useCommonStyles();
  const styles = useStyles();
  return (
    <code className={common.code} {...(id !== undefined && { id })}>
      {command.split(' ').map((word, index) => (
        <span key={index}>
          {index > 0 && ' '}
          <span className={styles.word}>{word}</span>
        </span>
      ))}
    </code>
  );
}
