/** What a hub offers its gateways: a folder of releases (release-folder.ts) in its data directory, and which paths below it may be asked for. */
import { join } from 'node:path';

export function offeredFolderOf(dataDirectory: string): string {
  return join(dataDirectory, 'releases');
}

/** The file behind a path such as "0.2.0_arm64.manifest"; undefined if it is no name of a release's file. */
export function offeredFile(dataDirectory: string, path: string): string | undefined {
  const isOffered = /^(\d{1,6}\.\d{1,6}\.\d{1,6}_[a-z0-9]{1,16}\.manifest|blobs\/[0-9a-f]{64}\.gz)$/.test(path);
  return isOffered ? join(offeredFolderOf(dataDirectory), path) : undefined;
}
