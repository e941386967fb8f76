import manifest from '../../../package.json' with { type: 'json' };

/** How requests name themselves, for a provider's logs and rules: `m2m-watch/<version>`. */
export const USER_AGENT = `m2m-watch/${manifest.version}`;
