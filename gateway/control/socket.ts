/** Where the control socket of a gateway is, and whether anybody listens there. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { codeOf } from '../../shared/errors.ts';

/** Longest path of a unix domain socket (Linux: sun_path, less its final zero). */
export const maxPathBytes = 107;

export function controlSocketOf(directory: string): string {
  return join(directory, 'control.sock');
}

/** Whether a process listens at the socket. Rejects with the system's error if it may not be asked. */
export async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (fault) {
    if (['ENOENT', 'ECONNREFUSED', 'ENAMETOOLONG', 'EINVAL'].includes(codeOf(fault))) return false;
    throw fault;
  } finally {
    socket.destroy();
  }
}
