// What a text shows at a glance of whether it may hold something in digits, such as base64.

export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const LOWER = UPPER.toLowerCase();
export const DECIMAL = '0123456789';

/** What a text must have to be worth a closer look: prose has little of it. */
export interface Signs {
  /** Places in words where a capital follows a small letter, or a digit stands beside a letter. */
  readonly mixed: number;
  /** The most decimal digits close to each other: one less for each {@link SPARSE} characters between. */
  readonly decimals: number;
  /** The longest run of base32 in one case. */
  readonly oneCase: number;
  /** The most numbers, and the most decimal digits, with no letter between them. */
  readonly numbers: number;
  readonly digits: number;
}

const SPARSE = 16;

const [OTHER, SMALL, CAPITAL, DIGIT, LOW_DIGIT] = [0, 1, 2, 3, 4];

/** `234567` are digits of base32, too. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (LOWER.includes(character)) return SMALL;
  if (UPPER.includes(character)) return CAPITAL;
  if (!DECIMAL.includes(character)) return OTHER;
  return character >= '2' && character <= '7' ? LOW_DIGIT : DIGIT;
});

const CLASS_COUNT = 5;

/** For each class after each other: a letter beside a digit, or a capital after a small letter. */
const IS_MIXED = Uint8Array.from({ length: CLASS_COUNT ** 2 }, (_, index) => {
  const [before, now] = [Math.floor(index / CLASS_COUNT), index % CLASS_COUNT];
  const isLetterByDigit = before >= DIGIT ? now < DIGIT : now >= DIGIT;
  const isBetween = before === OTHER || now === OTHER;
  return Number(!isBetween && (isLetterByDigit || (before === SMALL && now === CAPITAL)));
});

/** Looks for them in one pass. */
export function signsOf(text: string): Signs {
  const signs = { mixed: 0, decimals: 0, oneCase: 0, numbers: 0, digits: 0 };
  let [decimals, small, capital, numbers, digits] = [0, 0, 0, 0, 0];
  let start = 0;
  let before = classAt(text, 0);
  for (let index = 1; index <= text.length; index += 1) {
    const now = index < text.length ? classAt(text, index) : OTHER;
    // Most characters are of the class of the one before them.
    if (now === before && index < text.length) continue;
    const length = index - start;
    signs.mixed += IS_MIXED[before * CLASS_COUNT + now] as number;
    small = before === SMALL || before === LOW_DIGIT ? small + length : 0;
    capital = before === CAPITAL || before === LOW_DIGIT ? capital + length : 0;
    if (before >= DIGIT) {
      decimals += length;
      digits += length;
      if (now < DIGIT) numbers += 1;
    } else {
      decimals = Math.max(0, decimals - length / SPARSE);
      if (before !== OTHER) [numbers, digits] = [0, 0];
    }
    if (decimals > signs.decimals) signs.decimals = decimals;
    if (small > signs.oneCase) signs.oneCase = small;
    if (capital > signs.oneCase) signs.oneCase = capital;
    if (numbers > signs.numbers) signs.numbers = numbers;
    if (digits > signs.digits) signs.digits = digits;
    start = index;
    before = now;
  }
  return signs;
}

function classAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (CLASSES[code] as number) : OTHER;
}
