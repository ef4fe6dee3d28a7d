package dev.assay.lookup;

import dev.assay.model.Outcome;

/** Where one of a trace's assessments is, and enough to show it as a mark in a list. */
record AssessmentPlace(Place place, String name, Outcome outcome) {}
