/** Undo, asked once more before it happens. */
import { Button } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useCommonStyles } from '../parts/styles.ts';

export interface UndoButtonProps {
  readonly question: string;
  readonly describedBy: string;
  readonly busy: boolean;
  readonly onUndo: () => void;
}

export function UndoButton({ question, describedBy, busy, onUndo }: UndoButtonProps) {
  const common = useCommonStyles();
  const [asking, setAsking] = useState<'not' | 'asking' | 'given-up'>('not');
  const box = useRef<HTMLDivElement>(null);
  // The buttons take each other's place, and the focus with it.
  useEffect(() => {
    if (asking !== 'not') box.current?.querySelector('button')?.focus();
  }, [asking]);
  return (
    <div
      ref={box}
      className={common.row}
      {...(asking === 'asking' && { role: 'group', 'aria-label': question })}
    >
      {asking === 'asking' ? (
        <>
          <span className={common.text}>{question}</span>
          <Button size="small" appearance="primary" disabledFocusable={busy} onClick={onUndo}>
            Undo it
          </Button>
          <Button size="small" onClick={() => setAsking('given-up')}>
            No
          </Button>
        </>
      ) : (
        <Button
          size="small"
          disabledFocusable={busy}
          aria-describedby={describedBy}
          onClick={() => setAsking('asking')}
        >
          Undo
        </Button>
      )}
    </div>
  );
}
