/** A device that this PC has nothing to know by, yet or any more: the person compares the code that both ends show. */
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import type { Commands } from '../store/commands.ts';
import { codeWords } from '../words/code.ts';

export interface DeviceCodeProps {
  readonly name: string;
  readonly code: string;
  readonly commands: Commands;
  readonly busy: boolean;
}

export function DeviceCode({ name, code, commands, busy }: DeviceCodeProps) {
  const words = codeWords(name, code);
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{words.title}</MessageBarTitle> {words.text}
      </MessageBarBody>
      <MessageBarActions>
        <Button disabledFocusable={busy} onClick={() => commands.compareCode(name, code)}>
          {words.same}
        </Button>
        <Button disabledFocusable={busy} onClick={() => commands.compareCode(name, null)}>
          {words.different}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}
