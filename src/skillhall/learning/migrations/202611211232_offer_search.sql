CREATE INDEX offer_by_price ON learning.offer (price, id) WHERE deleted_at IS NULL AND hidden_at IS NULL;
CREATE INDEX offer_of_profile ON learning.offer (profile_id) WHERE deleted_at IS NULL AND hidden_at IS NULL;
