package api

import (
	"context"

	"o2c/command"
	"o2c/models"
	"o2c/postgres"
)

// usualSimilarity is how alike names have to be where a list does not say it.
const usualSimilarity = "0.7"

// PutScreeningList replaces a list and has open orders looked at by it.
func (s *server) PutScreeningList(ctx context.Context, r PutScreeningListRequestObject) (PutScreeningListResponseObject, error) {
	list, err := readScreeningList(r.ListName, *r.Body)
	if err != nil {
		return nil, err
	}
	id := command.NewID(command.ScreeningPrefix)
	view, screened, err := s.commands.PutScreeningList(ctx, id, principalOf(ctx).Name, list)
	if err != nil {
		return nil, err
	}
	if !screened {
		return PutScreeningList202JSONResponse{ID: id, State: AcceptedStateAccepted}, nil
	}
	return PutScreeningList200JSONResponse(screeningList(view)), nil
}

// ListScreeningLists answers with a page of lists.
func (s *server) ListScreeningLists(ctx context.Context, r ListScreeningListsRequestObject) (ListScreeningListsResponseObject, error) {
	found, next, err := postgres.ListScreeningLists(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListScreeningLists200JSONResponse{Data: each(found, screeningList), NextCursor: next}, err
}

// ListScreeningEntries answers with a page of a list.
func (s *server) ListScreeningEntries(ctx context.Context, r ListScreeningEntriesRequestObject) (ListScreeningEntriesResponseObject, error) {
	found, next, err := postgres.ListScreeningEntries(ctx, s.db, r.ListName, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListScreeningEntries200JSONResponse{Data: each(found, func(e models.ScreeningEntry) ScreeningEntry {
		return ScreeningEntry{
			Reference: e.Reference, Name: e.Name, Aliases: &e.Aliases, Country: optional(e.Country), Source: optional(e.Source),
			ValidFrom: maybeDate(e.ValidFrom), ValidUntil: maybeDate(e.ValidUntil),
		}
	}), NextCursor: next}, err
}

func readScreeningList(name string, b NewScreeningList) (models.ScreeningList, error) {
	var read reading
	list := models.ScreeningList{Name: name, Similarity: read.number("/similarity", new(valueOr(b.Similarity, usualSimilarity)), models.ParsePercent)}
	for _, e := range b.Entries {
		list.Entries = append(list.Entries, models.ScreeningEntry{
			Reference: e.Reference, Name: e.Name, Aliases: valueOf(e.Aliases), Country: valueOf(e.Country), Source: valueOf(e.Source),
			ValidFrom: readDate(e.ValidFrom), ValidUntil: readDate(e.ValidUntil),
		})
	}
	read.all(list.Validate())
	return list, read.err()
}

func screeningList(v postgres.ScreeningListView) ScreeningList {
	return ScreeningList{Name: v.Name, Version: v.Version, Similarity: v.Similarity.String(), Entries: v.Entries, SetBy: v.SetBy, SetAt: v.SetAt.UTC()}
}
