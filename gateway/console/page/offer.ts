/** Lets the browser save a file, as if it had been a link. */
export function offer(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Now, as it stands in the name of a file: "20260115T030000Z". */
export function fileMoment(): string {
  return new Date().toISOString().replaceAll(/[:-]|\.\d+/g, '');
}
