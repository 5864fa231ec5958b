/** One trouble with its remedies, as a message bar. */
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import type { Commands } from '../store/commands.ts';
import type { Remedy, Trouble } from '../words/troubles.ts';
import { CommandText } from './command-text.tsx';

export interface TroubleBarProps {
  readonly trouble: Trouble;
  readonly commands: Commands;
  readonly busy: ReadonlySet<string>;
}

export function TroubleBar({ trouble, commands, busy }: TroubleBarProps) {
  const remedies: Readonly<Record<Remedy, readonly [label: string, run: () => void]>> = {
    retry: ['Try now', commands.retry],
    'sign-in': [busy.has('sign-in') ? 'Signing in…' : 'Sign in', commands.signIn],
    'pair-anew': ['Pair anew', commands.pairAnew],
    resume: ['Let it go on', commands.resume],
    'copy-command': ['Copy command', () => commands.copy(trouble.command ?? '')],
  };
  return (
    <MessageBar intent={trouble.intent} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{trouble.title}</MessageBarTitle> {trouble.text}{' '}
        {trouble.command !== undefined && <CommandText command={trouble.command} />}
      </MessageBarBody>
      {trouble.remedies.length > 0 && (
        <MessageBarActions>
          {trouble.remedies.map((remedy) => {
            const [label, run] = remedies[remedy];
            return (
              <Button key={remedy} onClick={run}>
                {label}
              </Button>
            );
          })}
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
