import type { ErrorPayload } from '#shared/errors.ts';
import { createIncidentMatcher } from '#shared/rules/remote/match-incidents.ts';
import { loadIncidents, type IncidentDeps } from './load-incidents.ts';

/** Links an error with the incident that it repeats; as it was when none is known. */
export function createRecogniser(deps: IncidentDeps): (error: ErrorPayload) => ErrorPayload {
  return (error) => {
    if (error.details?.['incidentId'] !== undefined) return error;
    const matcher = createIncidentMatcher(loadIncidents(deps).items.map((it) => it.incident));
    for (const [index, line] of error.message.split('\n').entries()) matcher.line('error', index + 1, line);
    const match = matcher.matches()[0];
    if (match === undefined) return error;
    return { ...error, details: { ...error.details, incidentId: match.id, incident: match.words } };
  };
}
