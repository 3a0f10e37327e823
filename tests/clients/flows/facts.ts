// What the flows need of Node.js.
declare const process: { argv: string[]; exitCode?: number };

/** Run the calls against the API and print what they found. */
export function main(flow: (apiUrl: string, token: string) => Promise<Record<string, unknown>>): void {
  const [apiUrl, token] = process.argv.slice(2);
  if (apiUrl === undefined || token === undefined) throw new Error("usage: <API URL> <token>");
  flow(apiUrl, token).then(
    (facts) => console.log(JSON.stringify(facts)),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}

/** Return the value, which must not be missing. */
export function present<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error("missing");
  return value;
}
