// `npm run accuracy`: how many of the real replies are named rightly, by confidence, and each that is not.

import { readCases } from './cases.ts';
import { measure } from './measure.ts';
import { confidenceOf, NOT_YET, scoresBy } from './score.ts';

const measured = await measure(await readCases());
for (const { of, named, confidence } of measured.filter(({ isRight }) => !isRight)) {
  const why = NOT_YET[of.id] === undefined ? '' : `; known: ${NOT_YET[of.id]}`;
  console.log(`wrong  ${of.id}: ${named} (${confidence}), wanted ${of.wanted.join(' or ')}${why}`);
}
for (const [confidence, { right, all }] of scoresBy(measured, confidenceOf)) {
  console.log(`${confidence}: ${right} right, ${all - right} wrong`);
}
const right = measured.filter(({ isRight }) => isRight).length;
console.log(`all: ${right} of ${measured.length} right`);

// A certain diagnosis that is wrong breaks a promise.
const wronglyCertain = measured.filter(
  ({ of, confidence, isRight }) => confidence === 'certain' && !isRight && !(of.id in NOT_YET),
);
process.exitCode = wronglyCertain.length === 0 ? 0 : 1;
