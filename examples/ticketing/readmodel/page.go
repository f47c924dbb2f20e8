package readmodel

import (
	"math"
	"strconv"
)

// Paging selects a part of a list.
type Paging struct {
	Limit  int    // 1 to 100; 50 when 0
	Cursor string // of the page before; "" for the first
}

// Page is a part of a list.
type Page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"` // null on the last page
}

func (p Paging) limit() int {
	if p.Limit == 0 {
		return 50
	}
	return min(max(p.Limit, 1), 100)
}

// before is the position that all items lie below, in a list with the newest first.
// A cursor that no list has handed out begins at the start.
func (p Paging) before() int64 {
	if position, err := strconv.ParseInt(p.Cursor, 36, 64); err == nil {
		return position
	}
	return math.MaxInt64
}

// page makes a page of one item more than it holds.
func page[T any](items []T, p Paging, position func(T) int64) Page[T] {
	return pageBy(items, p, func(item T) string { return strconv.FormatInt(position(item), 36) })
}

// pageBy is [page] for a list that is not ordered by position alone.
func pageBy[T any](items []T, p Paging, cursor func(T) string) Page[T] {
	if len(items) <= p.limit() {
		return Page[T]{Items: items}
	}
	items = items[:p.limit()]
	next := cursor(items[len(items)-1])
	return Page[T]{items, &next}
}

// pageOfGroups is [page] where items of one position belong together: it was asked
// for one position more than it holds.
func pageOfGroups[T any](items []T, p Paging, position func(T) int64) Page[T] {
	groups := 0
	for i, item := range items {
		if i == 0 || position(item) != position(items[i-1]) {
			groups++
		}
		if groups > p.limit() {
			cursor := strconv.FormatInt(position(items[i-1]), 36)
			return Page[T]{items[:i], &cursor}
		}
	}
	return Page[T]{Items: items}
}
