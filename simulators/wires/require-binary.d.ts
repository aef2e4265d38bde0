/** The file of @lydell/node-pty that finds its native module: the package's typings leave it out. */
declare module '@lydell/node-pty/requireBinary.js' {
  const library: { requireBinary(file: string): unknown };
  export default library;
}
