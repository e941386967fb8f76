// Keeps the verification of certificates on, which Node lets the environment turn off.

const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

/**
 * Removes the variable with which Node would verify no certificate, and gives the line that says so; null
 * where it is not set.
 *
 * Node reads it at each connection. The clients of the AWS SDK have no setting of their own for it, so it is
 * removed from the process before the first one is made.
 */
export function keepVerifyingCertificates(
  environment: Record<string, string | undefined>,
): string | null {
  if (environment[VARIABLE] !== '0') return null;
  Reflect.deleteProperty(environment, VARIABLE);
  return `${VARIABLE}=0 is ignored: certificates are always verified; to trust an authority of your own, name the file of its certificate in NODE_EXTRA_CA_CERTS`;
}
