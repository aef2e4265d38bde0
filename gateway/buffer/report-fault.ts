import { messageOf } from '../../shared/errors.ts';
import type { BufferOptions } from './buffer-options.ts';

/** Logs a fault of the file that no caller waits for. */
export function reportFault({ file, log }: Pick<BufferOptions, 'file' | 'log'>, fault: unknown): void {
  log.error('The buffer could not use its file. It goes on and tries again', { file, fault: messageOf(fault) });
}
