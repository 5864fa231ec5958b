/** The code of this page, until a person has confirmed it with their own command line. */
import { Button, Spinner, makeStyles, tokens } from '@fluentui/react-components';
import { CommandText } from '../parts/command-text.tsx';
import { useCommonStyles } from '../parts/styles.ts';
import type { Commands } from '../store/commands.ts';

const useStyles = makeStyles({
  code: {
    margin: 0,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    letterSpacing: '0.1em',
    textAlign: 'center',
  },
});

export function Pairing({ code, commands }: { readonly code: string; readonly commands: Commands }) {
  const common = useCommonStyles();
  const styles = useStyles();
  const command = `outlook-device-sync pair ${code}`;
  return (
    <section className={common.card} aria-labelledby="pairing-title">
      <h2 id="pairing-title" className={common.h2}>
        Let this page in
      </h2>
      <p className={common.text}>
        The bridge is found. So that only your own pages can use it, confirm this code once, at a command
        prompt of this PC:
      </p>
      <p className={styles.code} id="pairing-code">
        {code}
      </p>
      <div className={common.row}>
        <CommandText command={command} id="pairing-command" />
        <Button size="small" onClick={() => commands.copy(command)}>
          Copy
        </Button>
      </div>
      <Spinner size="tiny" labelPosition="after" label="Waiting for the code to be confirmed" />
    </section>
  );
}
