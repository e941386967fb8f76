/** Runs something with the rights of an ordinary user, since root reads files whatever their mode. */
export async function withoutRoot<T>(run: () => Promise<T>): Promise<T> {
  const { seteuid, geteuid } = process;
  if (seteuid === undefined || geteuid === undefined || geteuid() !== 0) return run();
  seteuid(65_534);
  try {
    return await run();
  } finally {
    seteuid(0);
  }
}
