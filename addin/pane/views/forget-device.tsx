/** Forgetting a device, asked once more: what is lost by it, and what stays. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import type { DeviceStatus } from '../../../contract/api.ts';
import { useCommonStyles } from '../parts/styles.ts';
import { forgettingWords } from '../words/forgetting.ts';

export interface ForgetDeviceProps {
  readonly device: DeviceStatus;
  readonly busy: boolean;
  readonly onForget: () => void;
}

/** Off the edges of a narrow pane, so that it is seen to lie above the page. */
const useStyles = makeStyles({
  surface: { width: `calc(100% - 2 * ${tokens.spacingHorizontalL})`, padding: tokens.spacingHorizontalL },
});

export function ForgetDevice({ device, busy, onForget }: ForgetDeviceProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const words = forgettingWords(device);
  return (
    // As an alert it is left by an answer or by Escape, never by a click beside it.
    <Dialog modalType="alert">
      <DialogTrigger disableButtonEnhancement>
        <Button size="small" disabledFocusable={busy}>
          Forget this device
        </Button>
      </DialogTrigger>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{words.title}</DialogTitle>
          <DialogContent className={common.tight}>
            <p>{words.lost}</p>
            <p>{words.stays}</p>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary">Keep it</Button>
            </DialogTrigger>
            <DialogTrigger disableButtonEnhancement>
              <Button onClick={onForget}>Forget it</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
