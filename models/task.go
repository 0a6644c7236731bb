package models

// TaskClosure says that a person has done a task, and how it went (the fact "task_closure").
type TaskClosure struct {
	TaskID  string `json:"task_id"`
	Outcome string `json:"outcome"`
}
